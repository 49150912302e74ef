import { progressCall } from "./call-progress.ts";
import { addCall } from "./calls.ts";
import type { Instance } from "./instance.ts";
import type { CallResource } from "./resources.ts";
import { type CallPlan, numberByPhone } from "./state.ts";
import type { Talk } from "./talk.ts";
import type { WebhookAttempt } from "./traffic-types.ts";
import type { Verb } from "./twiml.ts";
import { resolveUrl } from "./twiml-address.ts";

export interface Dialed {
  readonly legs: CallResource[];
  readonly webhooks: WebhookAttempt[];
  /** What the <Dial>'s action is told. */
  readonly params: Readonly<Record<string, string>>;
}

/** Calls whom a <Dial> names, each as a call of its own, and sees every leg to its end. */
export async function dial(
  instance: Instance,
  parent: CallResource,
  verb: Verb,
  baseUrl: string,
  talk: Talk,
): Promise<Dialed> {
  const legs = nounsOf(verb).map((noun) => addLeg(instance, parent, verb, noun, baseUrl));
  const webhooks: WebhookAttempt[] = [];
  for (const [index, leg] of legs.entries()) {
    for (const status of STEPS[outcomeOf(index, talk.dialOutcome)]) {
      webhooks.push(...(await progressCall(instance, leg, status, talk.dialSeconds)));
    }
  }
  return { legs, webhooks, params: actionParams(legs, talk) };
}

type Outcome = Talk["dialOutcome"];

const STEPS: Readonly<Record<Outcome, readonly string[]>> = {
  completed: ["initiated", "ringing", "in-progress", "completed"],
  busy: ["initiated", "ringing", "busy"],
  "no-answer": ["initiated", "ringing", "no-answer"],
  canceled: ["initiated", "ringing", "canceled"],
  failed: ["initiated", "failed"],
};

// Several nouns ring at once, and the first to answer stops the others; that these show as canceled is from memory.
function outcomeOf(index: number, outcome: Outcome): Outcome {
  return outcome === "completed" && index > 0 ? "canceled" : outcome;
}

type Noun = Pick<Verb, "text" | "attributes">;

// Clients, conferences and queues are joined, not called over the network: they make no leg here.
function nounsOf(verb: Verb): Noun[] {
  const plain: Noun = { text: verb.text, attributes: {} };
  const nouns = [plain, ...verb.children.filter(({ name }) => name === "Number" || name === "Sip")];
  return nouns.filter(({ text }) => text.trim() !== "");
}

function addLeg(
  instance: Instance,
  parent: CallResource,
  verb: Verb,
  noun: Noun,
  baseUrl: string,
): CallResource {
  const from = verb.attributes.callerId ?? parent.from;
  const leg = addCall(instance, {
    accountSid: parent.account_sid,
    parentSid: parent.sid,
    from,
    to: noun.text.trim(),
    direction: "outbound-dial",
    status: "queued",
    phoneNumberSid: numberByPhone(instance.state, from)?.sid ?? parent.phone_number_sid,
  });
  const plan = planOf(noun, baseUrl);
  if (plan) instance.state.callPlans.set(leg.sid, plan);
  return leg;
}

function planOf({ attributes }: Noun, baseUrl: string): CallPlan | null {
  if (!attributes.statusCallback) return null;
  return {
    url: null,
    method: "POST",
    twiml: null,
    fallbackUrl: null,
    fallbackMethod: "POST",
    statusCallback: resolveUrl(attributes.statusCallback, baseUrl),
    statusCallbackMethod: attributes.statusCallbackMethod?.toUpperCase() ?? "POST",
    events: (attributes.statusCallbackEvent ?? "completed").split(/\s+/),
    detectsMachines: false,
    callbacksSent: 0,
  };
}

function actionParams(legs: readonly CallResource[], talk: Talk): Record<string, string> {
  const [first] = legs;
  const isAnswered = talk.dialOutcome === "completed";
  return {
    CallStatus: "in-progress",
    DialCallStatus: talk.dialOutcome,
    DialCallDuration: String(isAnswered ? Math.ceil(talk.dialSeconds) : 0),
    ...(first && { DialCallSid: first.sid }),
  };
}
