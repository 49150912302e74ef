import type { Instance } from "./instance.ts";
import { newSid } from "./instance.ts";
import type { CallResource } from "./resources.ts";
import type { TwimlVerb } from "./traffic-types.ts";
import { flatten, type Verb } from "./twiml.ts";
import { type Endpoint, runSession, type SessionResult, type Step } from "./twiml-session.ts";
import { callParams } from "./webhook-params.ts";

export interface CallDocuments extends SessionResult {
  readonly verbs: TwimlVerb[];
  /** The status with which <Reject> ends the call, null when it was not rejected. */
  readonly rejectedAs: string | null;
}

/** Asks for a call's TwiML and follows it to its end; nothing is said or played, only recorded as reached. */
export async function runCallDocuments(
  instance: Instance,
  call: CallResource,
  first: Endpoint,
  fallback: Endpoint | null,
  talkSeconds: number,
): Promise<CallDocuments> {
  const walk = new CallWalk(instance, talkSeconds);
  const result = await runSession(
    {
      instance,
      product: "voice",
      accountSid: call.account_sid,
      resourceSid: call.sid,
      params: { ...callParams(call), ...(call.direction === "inbound" && { CallToken: callToken(call) }) },
      fallback,
      execute: (verbs, baseUrl) => walk.execute(verbs, baseUrl),
    },
    { ...first, kind: "voice" },
  );
  return { ...result, verbs: walk.reached, rejectedAs: walk.rejectedAs };
}

// Opaque to its receiver, so any text serves.
const callToken = (call: CallResource): string => JSON.stringify({ parentCallInfoToken: call.sid });

/** Collects what was reached, document by document. */
export class CallWalk {
  readonly reached: TwimlVerb[] = [];
  rejectedAs: string | null = null;
  readonly #instance: Instance;
  readonly #talkSeconds: number;

  constructor(instance: Instance, talkSeconds: number) {
    this.#instance = instance;
    this.#talkSeconds = talkSeconds;
  }

  execute(verbs: readonly Verb[], baseUrl: string): Step | null {
    for (const verb of verbs) {
      this.reached.push(...flatten([verb]));
      if (verb.name === "Reject") this.#reject(verb);
      if (verb.name === "Reject" || verb.name === "Hangup") return null;
      const next = verb.name === "Redirect" ? redirect(verb, baseUrl) : this.#action(verb, baseUrl);
      if (next) return next;
    }
    return null;
  }

  // That a plain rejection shows as no-answer is from memory.
  #reject(verb: Verb): void {
    this.rejectedAs = verb.attributes.reason === "busy" ? "busy" : "no-answer";
  }

  // A Gather without input falls through, so its action is not asked.
  #action(verb: Verb, baseUrl: string): Step | null {
    const action = verb.attributes.action;
    const isConnecting = verb.name === "Dial" || verb.name === "Connect";
    if (action === undefined || !isConnecting) return null;
    const params = verb.name === "Dial" ? this.#dialParams() : this.#sessionParams();
    return { kind: "action", url: resolve(action, baseUrl), method: methodOf(verb), params };
  }

  #dialParams(): Record<string, string> {
    return {
      CallStatus: "in-progress",
      DialCallStatus: "completed",
      DialCallSid: newSid(this.#instance, "CA"),
      DialCallDuration: String(this.#talkSeconds),
    };
  }

  #sessionParams(): Record<string, string> {
    return {
      CallStatus: "in-progress",
      SessionId: newSid(this.#instance, "VX"),
      SessionStatus: "completed",
      SessionDuration: String(this.#talkSeconds),
    };
  }
}

/** Where a <Redirect> leads; an empty one leads back to its own document. */
export function redirect(verb: Verb, baseUrl: string): Step {
  return { kind: "redirect", url: resolve(verb.text.trim(), baseUrl), method: methodOf(verb) };
}

const resolve = (url: string, baseUrl: string): string =>
  URL.canParse(url, baseUrl) ? new URL(url, baseUrl).href : url;
const methodOf = (verb: Verb): string => verb.attributes.method?.toUpperCase() ?? "POST";
