// A session or a dialled leg has ended, and Twilio asks how the call goes on: it ends, unless nobody was reached.
import { text, type WebhookParams } from "../accounts/verified-webhook.ts";
import type { AnsweringDeps } from "./answering-deps.ts";
import { apologyTwiml, fallbackTwiml } from "./call-fallback.ts";
import { loggedRoute } from "./route.ts";
import { EMPTY_VOICE_TWIML } from "./twiml.ts";
import type { WaitingCall } from "./waiting-call.ts";

export interface EndedWebhook {
  readonly call: WaitingCall;
  /** As Twilio says it; empty after a <Dial>. */
  readonly sessionStatus: string;
  /** As Twilio says it; empty after a <Connect>. */
  readonly dialStatus: string;
  /** Why a session failed: Twilio's code. */
  readonly errorCode: string;
  readonly after: "answer" | "fallback";
}

const NOT_REACHED: readonly string[] = ["busy", "no-answer", "failed"];

export function endedWebhook(
  call: WaitingCall,
  params: WebhookParams,
  after: string | undefined,
): EndedWebhook {
  return {
    call,
    sessionStatus: text(params.SessionStatus),
    dialStatus: text(params.DialCallStatus),
    errorCode: text(params.ErrorCode),
    after: after === "fallback" ? "fallback" : "answer",
  };
}

export function continueCall(deps: AnsweringDeps, webhook: EndedWebhook): string {
  const { call, after, sessionStatus, dialStatus, errorCode } = webhook;
  const hasFailed = sessionStatus === "failed" || NOT_REACHED.includes(dialStatus);
  const route = deps.routingTable.find(call.accountSid, call.ourNumber);
  const facts = {
    sid: call.sid,
    ...loggedRoute(route),
    after,
    sessionStatus,
    dialStatus,
    errorCode,
    hasFailed,
  };
  deps.log.info(facts, "call.continued");
  if (!hasFailed) return EMPTY_VOICE_TWIML;
  deps.metrics.agentFailures.inc({ kind: "call", reason: "not_reached" });
  // The agent may be another one by now; that one has not failed, but nobody else is there to speak.
  return route && after === "answer" ? fallbackTwiml(deps.publicUrl, route) : apologyTwiml();
}
