import { runCallDocuments } from "./call-documents.ts";
import { addCall, answerCall, endCall } from "./calls.ts";
import type { Instance } from "./instance.ts";
import { type Routing, routeCall } from "./precedence.ts";
import type { CallResource } from "./resources.ts";
import { numberByPhone } from "./state.ts";
import { sendStatus } from "./status-callback.ts";
import { talkOf } from "./talk.ts";
import type { CallProgress, CallResult, CallRoute, InboundCall, WebhookAttempt } from "./traffic-types.ts";
import { callStatusParams } from "./webhook-params.ts";

/** Somebody on the telephone network calls one of the numbers. */
export async function placeCall(instance: Instance, input: InboundCall): Promise<CallResult> {
  const number = numberByPhone(instance.state, input.to);
  if (!number) throw new Error(`There is no number ${input.to} in the emulator`);
  const routing = routeCall(instance.state, number);
  const call = addCall(instance, {
    accountSid: number.account_sid,
    from: input.from,
    to: input.to,
    direction: "inbound",
    status: "ringing",
    phoneNumberSid: number.sid,
    trunkSid: routing.route.kind === "trunk" ? routing.route.sid : null,
  });
  const progress = await takeCall(instance, call, routing, input);
  return { callSid: call.sid, route: routing.route, ...progress, call: { ...call } };
}

async function takeCall(
  instance: Instance,
  call: CallResource,
  routing: Routing<CallRoute>,
  { answerSeconds = 10, outcome = "completed", ...outcomes }: InboundCall,
): Promise<Omit<CallProgress, "call">> {
  if (!routing.first) {
    if (routing.route.kind === "trunk" && outcome === "completed") answerCall(instance, call);
    endCall(instance, call, routing.route.kind === "trunk" ? outcome : "failed", answerSeconds);
    return { webhooks: [], verbs: [], legs: [], twiml: null };
  }
  // A caller whom nobody answers is not connected to anybody either.
  const talk = talkOf(answerSeconds, { ...outcomes, dialOutcome: outcomes.dialOutcome ?? outcome });
  const entry = { first: routing.first, fallback: routing.fallback };
  const documents = await runCallDocuments(instance, call, entry, talk);
  const ending = documents.rejectedAs ?? outcome;
  if (ending === "completed") answerCall(instance, call);
  endCall(instance, call, ending, answerSeconds);
  const status = await reportEnd(instance, call, routing);
  const { verbs, legs, twiml } = documents;
  return { webhooks: [...documents.webhooks, ...status], verbs, legs, twiml };
}

// An inbound call has one callback, after its end, whatever happened before.
async function reportEnd(
  instance: Instance,
  call: CallResource,
  { status }: Routing<CallRoute>,
): Promise<WebhookAttempt[]> {
  if (!status) return [];
  return sendStatus(instance, {
    ...status,
    product: "voice",
    accountSid: call.account_sid,
    resourceSid: call.sid,
    params: callStatusParams(call, call.status, 0, instance.options.now()),
  });
}
