import { dial } from "./dial.ts";
import { type Instance, newSid } from "./instance.ts";
import type { CallResource } from "./resources.ts";
import type { Talk } from "./talk.ts";
import type { TwimlVerb, WebhookAttempt } from "./traffic-types.ts";
import { flatten, type Verb } from "./twiml.ts";
import { methodOf, redirect, resolveUrl } from "./twiml-address.ts";
import { type Endpoint, type Executed, runSession, type SessionResult, type Step } from "./twiml-session.ts";
import { callParams } from "./webhook-params.ts";

export interface CallDocuments extends SessionResult {
  readonly verbs: TwimlVerb[];
  /** As they ended. */
  readonly legs: CallResource[];
  /** The status with which <Reject> ends the call, null when it was not rejected. */
  readonly rejectedAs: string | null;
}

/** Where a call's documents begin. */
export interface CallEntry {
  readonly first: Endpoint & Partial<Step>;
  readonly fallback: Endpoint | null;
}

/** Asks for a call's TwiML and follows it to its end; nothing is said or played, only recorded as reached. */
export async function runCallDocuments(
  instance: Instance,
  call: CallResource,
  { first, fallback }: CallEntry,
  talk: Talk,
): Promise<CallDocuments> {
  const walk = new CallWalk(instance, call, talk);
  const result = await runSession(
    {
      instance,
      product: "voice",
      accountSid: call.account_sid,
      resourceSid: call.sid,
      params: {
        ...callParams(call),
        ...(call.direction === "inbound" && { CallToken: callToken(call) }),
        ...(call.answered_by !== null && { AnsweredBy: call.answered_by }),
      },
      fallback,
      execute: (verbs, baseUrl) => walk.execute(verbs, baseUrl),
    },
    { kind: "voice", ...first },
  );
  return { ...result, verbs: walk.reached, legs: walk.legs, rejectedAs: walk.rejectedAs };
}

// Opaque to its receiver, so any text serves.
const callToken = (call: CallResource): string => JSON.stringify({ parentCallInfoToken: call.sid });

/** Carries out one document after the other, and collects what was reached. */
export class CallWalk {
  readonly reached: TwimlVerb[] = [];
  readonly legs: CallResource[] = [];
  rejectedAs: string | null = null;
  readonly #instance: Instance;
  readonly #call: CallResource;
  readonly #talk: Talk;

  constructor(instance: Instance, call: CallResource, talk: Talk) {
    this.#instance = instance;
    this.#call = call;
    this.#talk = talk;
  }

  async execute(verbs: readonly Verb[], baseUrl: string): Promise<Executed> {
    const webhooks: WebhookAttempt[] = [];
    for (const verb of verbs) {
      this.reached.push(...flatten([verb]));
      if (verb.name === "Reject") this.#reject(verb);
      if (verb.name === "Reject" || verb.name === "Hangup") break;
      const step = await this.#carryOut(verb, baseUrl);
      webhooks.push(...step.webhooks);
      if (step.next) return { next: step.next, webhooks };
    }
    return { next: null, webhooks };
  }

  // That a plain rejection shows as no-answer is from memory.
  #reject(verb: Verb): void {
    this.rejectedAs = verb.attributes.reason === "busy" ? "busy" : "no-answer";
  }

  // A Gather without input falls through, so its action is not asked.
  async #carryOut(verb: Verb, baseUrl: string): Promise<Executed> {
    if (verb.name === "Redirect") return { next: redirect(verb, baseUrl), webhooks: [] };
    if (verb.name === "Connect") {
      return { next: actionOf(verb, baseUrl, sessionParams(this.#instance, this.#talk)), webhooks: [] };
    }
    return verb.name === "Dial" ? this.#dial(verb, baseUrl) : { next: null, webhooks: [] };
  }

  async #dial(verb: Verb, baseUrl: string): Promise<Executed> {
    const { legs, webhooks, params } = await dial(this.#instance, this.#call, verb, baseUrl, this.#talk);
    this.legs.push(...legs.map((leg) => ({ ...leg })));
    return { next: actionOf(verb, baseUrl, params), webhooks };
  }
}

function actionOf(verb: Verb, baseUrl: string, params: Readonly<Record<string, string>>): Step | null {
  const { action } = verb.attributes;
  if (action === undefined) return null;
  return { kind: "action", url: resolveUrl(action, baseUrl), method: methodOf(verb), params };
}

// A session that fails never began: its WebSocket could not be reached.
function sessionParams(instance: Instance, talk: Talk): Record<string, string> {
  const hasFailed = talk.sessionOutcome === "failed";
  return {
    CallStatus: "in-progress",
    SessionId: newSid(instance, "VX"),
    SessionStatus: talk.sessionOutcome,
    SessionDuration: String(hasFailed ? 0 : Math.ceil(talk.seconds)),
    ...(talk.sessionOutcome === "ended" && talk.handoffData !== null && { HandoffData: talk.handoffData }),
    ...(hasFailed && {
      ErrorCode: "39001",
      ErrorMessage: "Network connection to WebSocket server failed.",
    }),
  };
}
