// Pure: the kinds of things that can decide a channel.
import type { Known, ObservedApplication } from "./observed.ts";
import type { Decider, Layer } from "./verdict.ts";
import { type OurUrls, ownerAt, type UrlOwner, type WebhookPath } from "./webhook-urls.ts";

/** Where a URL stands that Twilio would call. */
export interface UrlPlace {
  readonly decidedBy: Decider;
  /** Where the agent would answer it. */
  readonly path: WebhookPath;
  readonly ours: OurUrls;
  /** A sentence that goes before what is said of the URL. */
  readonly context?: string;
}

const REASONS: Record<UrlOwner, string> = {
  ours: "The agent answers.",
  ours_stale: "An earlier URL of ours is set, or one for another agent or purpose.",
  other_deployment: "Another Switchhook deployment answers.",
  foreign: "Somebody else's URL is set.",
  unset: "No URL is set, so nobody answers.",
};

export function urlLayer({ decidedBy, path, ours, context = "" }: UrlPlace, url: string): Layer {
  const owner = ownerAt(path, url, ours);
  const reason = `${context} ${REASONS[owner]}`.trim();
  return { verdict: owner === "unset" ? "nobody" : owner, url, decidedBy, reason };
}

/** A TwiML App, which has URLs of its own. @param application undefined where it is known to be gone, which Twilio's 404 alone does not tell */
export function applicationLayer(
  place: UrlPlace,
  application: Known<ObservedApplication | undefined>,
  field: "voiceUrl" | "smsUrl",
): Layer {
  const { decidedBy, context = "" } = place;
  if (!application.known) return unknownLayer(`${context} ${application.reason}`.trim(), decidedBy);
  if (!application.value) return nobodyLayer(`${context} It does not exist any more.`.trim(), decidedBy);
  return urlLayer(place, application.value[field]);
}

export function nobodyLayer(reason: string, decidedBy?: Decider): Layer {
  return { verdict: "nobody", url: "", decidedBy, reason };
}

export function unknownLayer(reason: string, decidedBy?: Decider): Layer {
  return { verdict: "unknown", url: "", decidedBy, reason };
}
