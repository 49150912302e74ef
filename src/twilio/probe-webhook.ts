// Pure: webhooks that we send to ourselves, signed as Twilio signs, to see whether they arrive. They say so in a parameter;
// nobody can claim it without the account's auth token, and whoever receives one neither stores it nor asks an agent.
import { getExpectedTwilioSignature } from "twilio/lib/webhooks/webhooks.js";

export type ProbedWebhook = "voice" | "message" | "status";

const PROBE_PARAM = "SwitchhookProbe";
/** Repeats the probe's nonce, so that an answer that somebody else gives is told from ours. */
export const PROBE_HEADER = "x-switchhook-probe";
/** No telephone network has a number like this, so a trace that is left anywhere is not mistaken for a call. */
const PROBE_CALLER = "+15005550006";
const NONCE = /^[0-9a-f]{32}$/;

export interface ProbeInput {
  readonly webhook: ProbedWebhook;
  readonly accountSid: string;
  /** E.164 */
  readonly number: string;
  /** 32 hexadecimal digits */
  readonly nonce: string;
}

/** The form that Twilio would send for a first webhook of its kind. */
export function probeParams({ webhook, accountSid, number, nonce }: ProbeInput): Record<string, string> {
  const common = { AccountSid: accountSid, From: PROBE_CALLER, To: number, [PROBE_PARAM]: nonce };
  if (webhook === "message")
    return { ...common, MessageSid: `SM${nonce}`, SmsStatus: "received", Body: "", NumMedia: "0" };
  const status = webhook === "voice" ? "ringing" : "completed";
  return { ...common, CallSid: `CA${nonce}`, CallStatus: status, Direction: "inbound" };
}

/** The `X-Twilio-Signature` of a form. https://www.twilio.com/docs/usage/webhooks/webhooks-security */
export function signatureOf(
  url: string,
  params: Readonly<Record<string, string>>,
  authToken: string,
): string {
  return getExpectedTwilioSignature(authToken, url.replace(/#.*$/s, ""), params);
}

/** Of a verified webhook; undefined when it is a real one. */
export function probeNonce(params: Readonly<Record<string, string | string[]>>): string | undefined {
  const nonce = params[PROBE_PARAM];
  return typeof nonce === "string" && NONCE.test(nonce) ? nonce : undefined;
}
