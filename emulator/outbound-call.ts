import { CallWalk, runCallDocuments } from "./call-documents.ts";
import { answerCall, CALL_ENDS, endCall } from "./calls.ts";
import type { Instance } from "./instance.ts";
import type { CallResource } from "./resources.ts";
import type { CallPlan } from "./state.ts";
import { sendStatus } from "./status-callback.ts";
import type { CallProgress, WebhookAttempt } from "./traffic-types.ts";
import { flatten, parseTwiml } from "./twiml.ts";
import { callStatusParams } from "./webhook-params.ts";

type Documents = Pick<CallProgress, "webhooks" | "verbs" | "twiml">;

const NOTHING: Documents = { webhooks: [], verbs: [], twiml: null };
const AUTO_TALK_SECONDS = 10;

/** Moves an outbound call on by one state, with the callback that was asked for and, once answered, its TwiML. */
export async function advanceCall(
  instance: Instance,
  call: CallResource,
  status: string,
  durationSeconds = AUTO_TALK_SECONDS,
): Promise<CallProgress> {
  // Canceled while still queued: Twilio sends nothing at all.
  const isSilent = status === "canceled" && call.status === "queued";
  keepStatus(instance, call, status, durationSeconds);
  const callbacks = isSilent ? [] : await reportCall(instance, call, status);
  const documents = status === "in-progress" ? await runPlan(instance, call, durationSeconds) : NOTHING;
  return { ...documents, webhooks: [...callbacks, ...documents.webhooks], call: structuredClone(call) };
}

// The REST resource has no word for "initiated": it stays queued.
function keepStatus(instance: Instance, call: CallResource, status: string, durationSeconds: number): void {
  if (CALL_ENDS.has(call.status)) return;
  if (CALL_ENDS.has(status)) endCall(instance, call, status, durationSeconds);
  if (status === "in-progress") answerCall(instance, call);
  if (status === "ringing") call.status = "ringing";
}

/** Lets a call ring, be answered and end, as far as nobody interferes. */
export async function runThroughCall(instance: Instance, call: CallResource): Promise<void> {
  for (const status of ["initiated", "ringing", "in-progress", "completed"]) {
    if (CALL_ENDS.has(call.status)) return;
    await advanceCall(instance, call, status);
  }
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

/** Runs the TwiML that the call was created with, whether given or to be fetched. */
export async function runPlan(
  instance: Instance,
  call: CallResource,
  talkSeconds: number,
): Promise<Documents> {
  const plan = instance.state.callPlans.get(call.sid);
  if (!plan) return NOTHING;
  if (plan.twiml !== null) return runGiven(instance, call, plan.twiml, talkSeconds);
  if (plan.url === null) return NOTHING;
  const { webhooks, verbs, twiml } = await runCallDocuments(
    instance,
    call,
    { url: plan.url, method: plan.method },
    fallbackOf(plan),
    talkSeconds,
  );
  return { webhooks, verbs, twiml };
}

const fallbackOf = (plan: CallPlan) =>
  plan.fallbackUrl === null ? null : { url: plan.fallbackUrl, method: plan.fallbackMethod };

// A given document has no address of its own, so what it redirects to must be absolute.
async function runGiven(
  instance: Instance,
  call: CallResource,
  twiml: string,
  talkSeconds: number,
): Promise<Documents> {
  const given = parseTwiml(twiml) ?? [];
  const next = new CallWalk(instance, talkSeconds).execute(given, "");
  if (!next) return { webhooks: [], verbs: flatten(given), twiml };
  const fetched = await runCallDocuments(instance, call, next, null, talkSeconds);
  return {
    webhooks: fetched.webhooks,
    verbs: [...flatten(given), ...fetched.verbs],
    twiml: fetched.twiml ?? twiml,
  };
}
