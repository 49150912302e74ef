// Pure: the call that a webhook of Twilio's is about. https://www.twilio.com/docs/voice/twiml#request-parameters
import { text, type WebhookParams } from "../accounts/verified-webhook.ts";
import { callStatusOrder } from "../traffic/call-status.ts";
import { addressOf, ourNumberOf, wordOf } from "../traffic/parameters.ts";
import type { CallReport } from "../traffic/traffic-report.ts";
import { holderOf, type Route } from "./route.ts";
import { sidIn } from "./webhook-facts.ts";

/** A call that waits for an answer. */
export interface WaitingCall {
  readonly accountSid: string;
  readonly sid: string;
  /** Outbound when we placed it; our agent answers whoever picked up. */
  readonly direction: "inbound" | "outbound";
  readonly from: string;
  readonly to: string;
  /** Which of the two is ours. */
  readonly ourNumber: string;
  readonly status: string;
  /** Who has picked up; only of a call that was placed with machine detection. */
  readonly answeredBy: string | undefined;
}

/** @returns undefined when no call is named */
export function waitingCall(params: WebhookParams): WaitingCall | undefined {
  const sid = sidIn(params, "CallSid");
  if (sid === undefined) return undefined;
  const direction = text(params.Direction).startsWith("outbound") ? "outbound" : "inbound";
  const from = addressOf(text(params.From));
  const to = addressOf(text(params.To));
  return {
    accountSid: text(params.AccountSid),
    sid,
    direction,
    from,
    to,
    ourNumber: ourNumberOf({ direction, from, to }),
    status: wordOf(text(params.CallStatus)),
    answeredBy: wordOf(text(params.AnsweredBy)) || undefined,
  };
}

/**
 * That a call has come in, or was picked up.
 *
 * @param route undefined when no agent answers it; the recorder finds out who held the number
 */
export function callReport(call: WaitingCall, route: Route | undefined, now: Date): CallReport {
  const { accountSid, sid, from, to, status, ourNumber, direction, answeredBy } = call;
  return {
    kind: "call",
    accountSid,
    sid,
    holder: route && holderOf(route),
    ourAddress: ourNumber,
    direction,
    from,
    to,
    status,
    statusOrder: callStatusOrder(status),
    startedAt: now,
    answeredBy,
  };
}
