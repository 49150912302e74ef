// Pure: whether delivery callbacks will arrive, and whom they reach. A number has no field for them: its StatusCallback is
// for calls. A message that names a status callback when it is sent, as all of ours do, is reported there and nowhere
// else. https://www.twilio.com/docs/messaging/api/message-resource#create-a-message
import type { RouteInput } from "./effective-route.ts";
import type { Known, ObservedService, RouteFacts } from "./observed.ts";
import { changesFor, withChanges } from "./route-fix.ts";
import { nobodyLayer, unknownLayer } from "./route-layers.ts";
import type { Decider, Layer } from "./verdict.ts";
import type { Change, Channel } from "./webhook-config.ts";
import { type OurUrls, ownerAt, type UrlOwner, WEBHOOK_PATHS } from "./webhook-urls.ts";

export type MessageChannel = Exclude<Channel, "voice">;

/** Who hears what became of messages that name no status callback themselves. */
export interface StatusCoverage<T = StatusRoute> {
  /** Of those sent from the number, or from the WhatsApp sender. */
  readonly direct: T;
  /** Of those sent through the Messaging Service that holds it; undefined where none does. */
  readonly throughService: T | undefined;
}

export interface StatusRoute extends Layer {
  /** What has to be written so that we hear of them; empty where we do, and where we write no such field. */
  readonly fix: readonly Change[];
}

export type MessageStatus = Readonly<Record<MessageChannel, StatusCoverage>>;

export function messageStatus(input: RouteInput): MessageStatus {
  return { sms: coverageOf("sms", input), whatsapp: coverageOf("whatsapp", input) };
}

function coverageOf(channel: MessageChannel, { facts, ours, desired }: RouteInput): StatusCoverage {
  const changes = changesFor(channel, facts, desired);
  const now = COVERED[channel](facts, ours);
  const after = COVERED[channel](withChanges(facts, changes), ours);
  const withFix = (layer: Layer, fixed: Layer | undefined): StatusRoute => {
    const isFixed = layer.verdict !== "ours" && fixed?.verdict === "ours";
    return { ...layer, fix: isFixed ? changes : [] };
  };
  return {
    direct: withFix(now.direct, after.direct),
    throughService: now.throughService && withFix(now.throughService, after.throughService),
  };
}

const COVERED: Record<MessageChannel, (facts: RouteFacts, ours: OurUrls) => StatusCoverage<Layer>> = {
  sms: ({ service }, ours) => {
    const direct = nobodyLayer("Of an SMS Twilio reports only to the status callback that it was sent with.");
    return { direct, throughService: throughService(service, direct, ours) };
  },
  whatsapp: (facts, ours) => {
    const direct = senderLayer(facts, ours);
    return { direct, throughService: throughService(facts.senderService, direct, ours) };
  },
};

function senderLayer({ sender }: RouteFacts, ours: OurUrls): Layer {
  if (!sender.known) return unknownLayer(sender.reason);
  if (!sender.value) return nobodyLayer("The number has no WhatsApp sender.");
  const { sid, fields } = sender.value.config;
  return statusLayer({ field: "statusCallbackUrl", sid }, fields.statusCallbackUrl ?? "", ours);
}

/** @param direct what happens where the service has no status callback of its own */
function throughService(
  service: Known<ObservedService | undefined>,
  direct: Layer,
  ours: OurUrls,
): Layer | undefined {
  if (!service.known) return unknownLayer(service.reason);
  if (!service.value) return undefined;
  const { statusCallback, config } = service.value;
  if (statusCallback === "") return direct;
  return statusLayer({ field: "statusCallback", sid: config.sid }, statusCallback, ours);
}

const REASONS: Record<UrlOwner, string> = {
  ours: "The status callback is ours.",
  ours_stale: "An earlier URL of ours is set as the status callback, or one for another purpose.",
  other_deployment: "The status callback is another Switchhook deployment's.",
  foreign: "The status callback is somebody else's.",
  unset: "No status callback is set.",
};

function statusLayer(decidedBy: Decider, url: string, ours: OurUrls): Layer {
  const owner = ownerAt(WEBHOOK_PATHS.status, url, ours);
  return { verdict: owner === "unset" ? "nobody" : owner, url, decidedBy, reason: REASONS[owner] };
}
