// Pure: the URLs that we give to Twilio, and whose a URL is that we find there.

export const WEBHOOK_PATHS = {
  voice: "/api/twilio/voice",
  voiceFallback: "/api/twilio/voice/fallback",
  voiceEnded: "/api/twilio/voice/ended",
  message: "/api/twilio/webhook",
  messageFallback: "/api/twilio/webhook/fallback",
  status: "/api/twilio/status",
} as const;
export type WebhookPath = (typeof WEBHOOK_PATHS)[keyof typeof WEBHOOK_PATHS];

/**
 * The paths of URLs that are configured on numbers; the others stand in TwiML and requests only. Longest first:
 * /api/twilio/voice is the beginning of /api/twilio/voice/fallback.
 */
const CONFIGURED_PATHS = Object.values(WEBHOOK_PATHS)
  .filter((path) => path !== WEBHOOK_PATHS.voiceEnded)
  .toSorted((a, b) => b.length - a.length);

// How Twilio delivers, appended as a fragment; it is neither sent nor signed. Twilio's defaults retry once, and only
// when the connection failed, so that a 5xx or a slow answer loses a status callback for good.
// https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
const ANSWER_DELIVERY = "#ct=2000&rt=8000&rc=2&rp=ct,5xx";
const STATUS_DELIVERY = "#ct=2000&rt=5000&rc=3&rp=all";

export interface WebhookUrls {
  readonly voiceUrl: string;
  readonly voiceFallbackUrl: string;
  readonly messageUrl: string;
  readonly messageFallbackUrl: string;
  readonly statusUrl: string;
}

/** @param publicUrl origin and optional path prefix, without a trailing slash */
export function webhookUrls(publicUrl: string, agentId: string): WebhookUrls {
  const agent = `?agentId=${encodeURIComponent(agentId)}`;
  return {
    voiceUrl: `${publicUrl}${WEBHOOK_PATHS.voice}${agent}${ANSWER_DELIVERY}`,
    voiceFallbackUrl: `${publicUrl}${WEBHOOK_PATHS.voiceFallback}${agent}${ANSWER_DELIVERY}`,
    // A Messaging Service has one URL for all of its numbers, so this one names no agent; the number decides.
    messageUrl: `${publicUrl}${WEBHOOK_PATHS.message}${ANSWER_DELIVERY}`,
    messageFallbackUrl: `${publicUrl}${WEBHOOK_PATHS.messageFallback}${ANSWER_DELIVERY}`,
    statusUrl: `${publicUrl}${WEBHOOK_PATHS.status}${STATUS_DELIVERY}`,
  };
}

/**
 * Where Twilio tells of a message that is sent now. Its callbacks have no time in them, and the number may come to somebody
 * else before the first of them arrives.
 */
export function sentStatusUrl(publicUrl: string, sentAt: Date): string {
  return `${publicUrl}${WEBHOOK_PATHS.status}?sentAt=${sentAt.getTime()}${STATUS_DELIVERY}`;
}

/**
 * Where Twilio goes on with a call when a session or a dialled leg has ended.
 *
 * @param after what has ended: the agent's answer, or the fallback that took its place
 */
export function voiceEndedUrl(publicUrl: string, agentId: string, after: "answer" | "fallback"): string {
  const query = `?agentId=${encodeURIComponent(agentId)}&after=${after}`;
  return `${publicUrl}${WEBHOOK_PATHS.voiceEnded}${query}${ANSWER_DELIVERY}`;
}

/** Whose a URL in Twilio is. */
export type UrlOwner = "unset" | "ours" | "ours_stale" | "other_deployment" | "foreign";

export interface OurUrls {
  readonly publicUrl: string;
  /** Base URLs that we wrote to Twilio earlier; the public URL may have changed since. */
  readonly earlierPublicUrls: readonly string[];
  /** The agent that should answer; a URL of ours that names another is stale. */
  readonly agentId: string | undefined;
}

export function ownerOf(url: string, ours: OurUrls): UrlOwner {
  if (url === "") return "unset";
  const base = baseOf(url);
  if (base === undefined) return "foreign";
  if (base === ours.publicUrl) return namesAnotherAgent(url, ours.agentId) ? "ours_stale" : "ours";
  return ours.earlierPublicUrls.includes(base) ? "ours_stale" : "other_deployment";
}

/** The owner of a URL that should be ours at this path: one of ours at another path does something else, so it is stale. */
export function ownerAt(path: WebhookPath, url: string, ours: OurUrls): UrlOwner {
  const owner = ownerOf(url, ours);
  return owner === "ours" && partsOf(url)?.path !== path ? "ours_stale" : owner;
}

/** The base of a URL that has the form of ours: what precedes a path that we configure. Undefined for any other URL. */
export function baseOf(url: string): string | undefined {
  return partsOf(url)?.base;
}

function partsOf(url: string): { readonly base: string; readonly path: WebhookPath } | undefined {
  const withoutQuery = url.replace(/[?#].*$/s, "");
  const path = CONFIGURED_PATHS.find((candidate) => withoutQuery.endsWith(candidate));
  return path === undefined ? undefined : { base: withoutQuery.slice(0, -path.length), path };
}

function namesAnotherAgent(url: string, agentId: string | undefined): boolean {
  const named = /[?&]agentId=([^&#]*)/.exec(url)?.[1];
  return named !== undefined && agentId !== undefined && named !== encodeURIComponent(agentId);
}
