import { CallWalk, runCallDocuments } from "./call-documents.ts";
import { progressCall } from "./call-progress.ts";
import { CALL_ENDS } from "./calls.ts";
import type { Instance } from "./instance.ts";
import type { CallResource } from "./resources.ts";
import type { CallPlan } from "./state.ts";
import { type Talk, talkOf } from "./talk.ts";
import type { CallDetails, CallProgress } from "./traffic-types.ts";
import { parseTwiml } from "./twiml.ts";

type Documents = Omit<CallProgress, "call">;

const NOTHING: Documents = { webhooks: [], verbs: [], legs: [], twiml: null };
const AUTO_TALK_SECONDS = 10;

/** Moves an outbound call on by one state, with the callback that was asked for and, once answered, its TwiML. */
export async function advanceCall(
  instance: Instance,
  call: CallResource,
  status: string,
  { durationSeconds = AUTO_TALK_SECONDS, answeredBy = "human", ...outcomes }: CallDetails = {},
): Promise<CallProgress> {
  const plan = instance.state.callPlans.get(call.sid);
  // It is known before the TwiML is asked for.
  if (status === "in-progress" && plan?.detectsMachines) call.answered_by = answeredBy;
  const callbacks = await progressCall(instance, call, status, durationSeconds);
  const talk = talkOf(durationSeconds, outcomes);
  const documents = status === "in-progress" ? await runPlan(instance, call, talk) : NOTHING;
  return { ...documents, webhooks: [...callbacks, ...documents.webhooks], call: { ...call } };
}

/** Lets a call ring, be answered and end, as far as nobody interferes. */
export async function runThroughCall(instance: Instance, call: CallResource): Promise<void> {
  for (const status of ["initiated", "ringing", "in-progress", "completed"]) {
    if (CALL_ENDS.has(call.status)) return;
    await advanceCall(instance, call, status);
  }
}

/** Runs the TwiML that the call was created with, whether given or to be fetched. */
export async function runPlan(instance: Instance, call: CallResource, talk: Talk): Promise<Documents> {
  const plan = instance.state.callPlans.get(call.sid);
  if (!plan) return NOTHING;
  if (plan.twiml !== null) return runGiven(instance, call, plan.twiml, talk);
  if (plan.url === null) return NOTHING;
  const entry = { first: { url: plan.url, method: plan.method }, fallback: fallbackOf(plan) };
  const { webhooks, verbs, legs, twiml } = await runCallDocuments(instance, call, entry, talk);
  return { webhooks, verbs, legs, twiml };
}

const fallbackOf = (plan: CallPlan) =>
  plan.fallbackUrl === null ? null : { url: plan.fallbackUrl, method: plan.fallbackMethod };

// A given document has no address of its own, so what it redirects to must be absolute.
async function runGiven(
  instance: Instance,
  call: CallResource,
  twiml: string,
  talk: Talk,
): Promise<Documents> {
  const walk = new CallWalk(instance, call, talk);
  const { next, webhooks } = await walk.execute(parseTwiml(twiml) ?? [], "");
  const fetched = next && (await runCallDocuments(instance, call, { first: next, fallback: null }, talk));
  return {
    webhooks: [...webhooks, ...(fetched?.webhooks ?? [])],
    verbs: [...walk.reached, ...(fetched?.verbs ?? [])],
    legs: [...walk.legs, ...(fetched?.legs ?? [])],
    twiml: fetched?.twiml ?? twiml,
  };
}
