// Pure: who really answers a number, per channel, from the highest precedence down. A URL that is set and a URL that is
// called are two things: trunks, TwiML Apps and Messaging Services overrule what stands on the number.
import { isOnline, type Known, type Observed } from "./observed.ts";
import type { Channel } from "./webhook-config.ts";
import { type OurUrls, ownerOf } from "./webhook-urls.ts";

export type Verdict =
  | "ours"
  | "ours_stale"
  | "other_deployment"
  | "foreign"
  | "shadowed"
  | "nobody"
  | "unknown";

/** Who answers one channel of a number. */
export interface EffectiveRoute {
  readonly verdict: Verdict;
  /** The URL that Twilio will call; empty when it calls none, or when a trunk or an app decides. */
  readonly url: string;
  /** What decides: the field and the SID of its resource. */
  readonly decidedBy: { readonly field: string; readonly sid: string } | undefined;
  /** Why, and what would change it, in a sentence. */
  readonly reason: string;
}

export function effectiveRoutes(observed: Observed, ours: OurUrls): Record<Channel, EffectiveRoute> {
  return {
    voice: voiceRoute(observed, ours),
    sms: smsRoute(observed, ours),
    whatsapp: whatsappRoute(observed, ours),
  };
}

// https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource: a trunk overrules voice URLs and
// applications, an application overrules URLs.
function voiceRoute({ number }: Observed, ours: OurUrls): EffectiveRoute {
  const { fields, sid } = number;
  if (fields.trunkSid) {
    return overruled(fields.voiceUrl, ours, "trunkSid", fields.trunkSid, "a SIP trunk takes the calls");
  }
  if (fields.voiceReceiveMode === "fax") {
    return overruled(fields.voiceUrl, ours, "voiceReceiveMode", sid, "the number is set to receive faxes");
  }
  if (fields.voiceApplicationSid) {
    return overruled(
      fields.voiceUrl,
      ours,
      "voiceApplicationSid",
      fields.voiceApplicationSid,
      "a TwiML App takes the calls",
    );
  }
  return answeredBy(fields.voiceUrl, ours, "voiceUrl", sid);
}

function smsRoute({ number, service }: Observed, ours: OurUrls): EffectiveRoute {
  const { fields, sid } = number;
  if (!service.known) return unknown(service);
  const pool = service.value;
  if (pool && pool.config.fields.useInboundWebhookOnNumber !== "true") {
    return throughService(pool.config.fields.inboundRequestUrl, pool.config.sid, fields.smsUrl, ours);
  }
  if (fields.smsApplicationSid) {
    return overruled(
      fields.smsUrl,
      ours,
      "smsApplicationSid",
      fields.smsApplicationSid,
      "a TwiML App takes the messages",
    );
  }
  return answeredBy(fields.smsUrl, ours, "smsUrl", sid);
}

function whatsappRoute({ sender, senderService }: Observed, ours: OurUrls): EffectiveRoute {
  if (!sender.known) return unknown(sender);
  if (!sender.value) {
    return { verdict: "nobody", url: "", decidedBy: undefined, reason: "The number has no WhatsApp sender." };
  }
  const { config, status } = sender.value;
  if (!isOnline(sender.value)) {
    const reason = `The WhatsApp sender is not online: Twilio says ${status || "nothing about its status"}.`;
    return { verdict: "nobody", url: "", decidedBy: { field: "status", sid: config.sid }, reason };
  }
  if (!senderService.known) return unknown(senderService);
  // Seen in practice: for a channel sender the service's own URL decides even when the service defers to its numbers.
  const pool = senderService.value;
  if (pool)
    return throughService(
      pool.config.fields.inboundRequestUrl,
      pool.config.sid,
      config.fields.callbackUrl,
      ours,
    );
  return answeredBy(config.fields.callbackUrl, ours, "callbackUrl", config.sid);
}

function throughService(
  inboundRequestUrl: string | undefined,
  sid: string,
  shadowedUrl: string | undefined,
  ours: OurUrls,
): EffectiveRoute {
  const route = answeredBy(inboundRequestUrl, ours, "inboundRequestUrl", sid);
  if (route.verdict === "ours" || route.verdict === "ours_stale") return route;
  return overruled(
    shadowedUrl,
    ours,
    "inboundRequestUrl",
    sid,
    "its Messaging Service takes the messages",
    route,
  );
}

function overruled(
  shadowedUrl: string | undefined,
  ours: OurUrls,
  field: string,
  sid: string,
  because: string,
  route?: EffectiveRoute,
): EffectiveRoute {
  const isShadowed = ownerOf(shadowedUrl ?? "", ours) === "ours";
  return {
    verdict: isShadowed ? "shadowed" : (route?.verdict ?? "foreign"),
    url: route?.url ?? "",
    decidedBy: { field, sid },
    reason: isShadowed
      ? `Our URL is set, but ${because} (${field}). Assign the number again with takeover: true to change that.`
      : `Not our URL decides: ${because} (${field}).`,
  };
}

const REASONS = {
  ours: "The agent answers.",
  ours_stale: "An earlier URL or another agent of ours is set. Configure the number again.",
  other_deployment:
    "Another Switchhook deployment answers. Assign with takeover: true to take the number over.",
  foreign: "Somebody else's URL is set.",
  unset: "No URL is set, so nobody answers.",
} as const;

function answeredBy(url: string | undefined, ours: OurUrls, field: string, sid: string): EffectiveRoute {
  const owner = ownerOf(url ?? "", ours);
  return {
    verdict: owner === "unset" ? "nobody" : owner,
    url: url ?? "",
    decidedBy: { field, sid },
    reason: REASONS[owner],
  };
}

function unknown(part: Known<unknown>): EffectiveRoute {
  const reason = part.known ? "" : part.reason;
  return { verdict: "unknown", url: "", decidedBy: undefined, reason };
}
