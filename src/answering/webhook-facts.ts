// Pure: what calls and messages have in common, read from Twilio's parameters. New ones appear without notice, and any may
// be missing or be nonsense, so no more is refused than what cannot be answered.
import { text, type WebhookParams } from "../accounts/verified-webhook.ts";
import { SID } from "../twilio/sid.ts";

/** The first of these parameters that has a value; undefined when that is no SID. */
export function sidIn(params: WebhookParams, ...names: readonly string[]): string | undefined {
  const sid = names.map((name) => text(params[name])).find((value) => value !== "") ?? "";
  return SID.test(sid) ? sid : undefined;
}
