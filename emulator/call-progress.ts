import { answerCall, CALL_ENDS, endCall } from "./calls.ts";
import type { Instance } from "./instance.ts";
import type { CallResource } from "./resources.ts";
import { sendStatus } from "./status-callback.ts";
import type { WebhookAttempt } from "./traffic-types.ts";
import { callStatusParams } from "./webhook-params.ts";

/** Moves an outbound call or a leg on by one state, with the callback that was asked for. */
export async function progressCall(
  instance: Instance,
  call: CallResource,
  status: string,
  durationSeconds: number,
): Promise<WebhookAttempt[]> {
  // Canceled while still queued: Twilio sends nothing at all.
  const isSilent = status === "canceled" && call.status === "queued";
  keepStatus(instance, call, status, durationSeconds);
  return isSilent ? [] : reportCall(instance, call, status);
}

// The REST resource has no word for "initiated": it stays queued.
function keepStatus(instance: Instance, call: CallResource, status: string, durationSeconds: number): void {
  if (CALL_ENDS.has(call.status)) return;
  if (status === "in-progress" || status === "completed") answerCall(instance, call);
  if (CALL_ENDS.has(status)) endCall(instance, call, status, durationSeconds);
  if (status === "ringing") call.status = "ringing";
}

/** The callback for a state, if its event was asked for. */
export async function reportCall(
  instance: Instance,
  call: CallResource,
  status: string,
): Promise<WebhookAttempt[]> {
  const plan = instance.state.callPlans.get(call.sid);
  if (!plan?.statusCallback || !plan.events.includes(eventOf(status))) return [];
  const sequenceNumber = plan.callbacksSent++;
  return sendStatus(instance, {
    product: "voice",
    accountSid: call.account_sid,
    resourceSid: call.sid,
    url: plan.statusCallback,
    method: plan.statusCallbackMethod,
    params: callStatusParams(call, status, sequenceNumber, instance.options.now()),
  });
}

function eventOf(status: string): string {
  if (status === "in-progress") return "answered";
  return CALL_ENDS.has(status) ? "completed" : status;
}
