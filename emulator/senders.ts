import { type Instance, newSid } from "./instance.ts";
import type { JsonBlock, SenderRecord, SenderStatus } from "./resources.ts";
import { TwilioError } from "./twilio-error.ts";
import { checkUrl } from "./url-policy.ts";

export interface SenderSeed {
  /** E.164; the sender's id becomes whatsapp:+…. */
  readonly phoneNumber: string;
  readonly sid?: string | undefined;
  readonly status?: SenderStatus | undefined;
  /** snake_case keys, as in Twilio's JSON. */
  readonly webhook?: JsonBlock | undefined;
  readonly profile?: JsonBlock | undefined;
  readonly configuration?: JsonBlock | undefined;
}

const METHODS = new Set(["POST", "PUT"]);
const URL_KEYS = ["callback_url", "fallback_url", "status_callback_url"];

// Keys that Twilio knows. Anything else, camelCase above all, is accepted and changes nothing.
const KNOWN_KEYS = {
  webhook: new Set([...URL_KEYS, "callback_method", "fallback_method", "status_callback_method"]),
  configuration: new Set([
    "waba_id",
    "verification_method",
    "verification_code",
    "voice_application_sid",
    "account_type",
  ]),
  profile: new Set([
    "name",
    "about",
    "address",
    "description",
    "emails",
    "logo_url",
    "vertical",
    "websites",
    "banner_url",
    "privacy_url",
    "terms_of_service_url",
    "accent_color",
    "use_case",
    "phone_numbers",
  ]),
} as const;

export type SenderBlockName = keyof typeof KNOWN_KEYS;
export const SENDER_BLOCK_NAMES = [
  "configuration",
  "webhook",
  "profile",
] as const satisfies SenderBlockName[];

export function addSender(instance: Instance, accountSid: string, seed: SenderSeed): SenderRecord {
  return instance.state.senders.add({
    sid: seed.sid ?? newSid(instance, "XE"),
    accountSid,
    senderId: `whatsapp:${seed.phoneNumber.replace(/^whatsapp:/, "")}`,
    status: seed.status ?? "ONLINE",
    updatingUntilMs: null,
    configuration: mergeBlock("configuration", {}, seed.configuration ?? {}),
    webhook: mergeBlock("webhook", {}, seed.webhook ?? {}),
    profile: mergeBlock("profile", {}, seed.profile ?? {}),
    properties: { quality_rating: "HIGH", messaging_limit: "10K Customers/24hr" },
    offlineReasons: null,
  });
}

/** The block after a patch: known keys are replaced, null or "" removes one. */
export function mergeBlock(name: SenderBlockName, current: JsonBlock, patch: JsonBlock): JsonBlock {
  const merged = new Map(Object.entries(current));
  for (const [key, value] of Object.entries(patch)) {
    if (!KNOWN_KEYS[name].has(key)) continue;
    if (value === null || value === "") merged.delete(key);
    else merged.set(key, value);
  }
  return Object.fromEntries(merged);
}

/** An update is visible at once, but the sender stays ONLINE:UPDATING for a while. */
export function beginUpdate(instance: Instance, sender: SenderRecord): void {
  if (sender.status !== "ONLINE" && sender.status !== "ONLINE:UPDATING") return;
  sender.status = "ONLINE:UPDATING";
  sender.updatingUntilMs = instance.options.now() + instance.options.senderUpdateMs;
}

/** The sender as it is now. Call before every read: an update ends by the clock, not by an event. */
export function settled(instance: Instance, sender: SenderRecord): SenderRecord {
  if (sender.updatingUntilMs === null || instance.options.now() < sender.updatingUntilMs) return sender;
  sender.status = "ONLINE";
  sender.updatingUntilMs = null;
  return sender;
}

// 63100 for a refused sender field is from memory.
export function checkWebhook(instance: Instance, webhook: JsonBlock): void {
  for (const key of URL_KEYS) {
    const value = webhook[key];
    if (typeof value === "string" && value !== "") checkUrl(instance.options, value, `webhook.${key}`, 63100);
  }
  for (const key of ["callback_method", "fallback_method"]) {
    const value = webhook[key];
    if (typeof value !== "string" || value === "" || METHODS.has(value)) continue;
    throw new TwilioError(400, 63100, `webhook.${key} must be POST or PUT`);
  }
}
