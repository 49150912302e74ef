import { Agent } from "node:http";
import { Agent as SecureAgent } from "node:https";
import type { FaultBook } from "./faults.ts";
import { HeldCallbacks } from "./held-callbacks.ts";
import type { ResolvedOptions } from "./options.ts";
import type { RequestLog } from "./request-log.ts";
import { createState, type State } from "./state.ts";
import { TaskGroup } from "./task-group.ts";

/** What a client is not told: how long a request takes, and how many an account may have under way. */
export interface Limits {
  readonly latencyMs: number;
  readonly concurrencyLimit: number;
}

export function limitsOf({ latencyMs, concurrencyLimit }: ResolvedOptions): Limits {
  return { latencyMs, concurrencyLimit };
}

/** Everything that one running emulator owns. Nothing lives outside of it, so that many can run in a process. */
export interface Instance {
  readonly options: ResolvedOptions;
  state: State;
  readonly faults: FaultBook;
  readonly held: HeldCallbacks;
  readonly log: RequestLog;
  /** Requests in flight by account SID. */
  readonly inFlight: Map<string, number>;
  readonly tasks: TaskGroup;
  readonly agents: { readonly http: Agent; readonly https: SecureAgent };
  /** Aborts when the emulator closes. */
  readonly closing: AbortController;
  /** Whether lists of calls and messages show the last item of a page again on the next one. */
  repeatAcrossPages: boolean;
  limits: Limits;
  /** Whether Conversations capture inbound messages. */
  conversationsCapture: boolean;
  /** Where this emulator listens, e.g. http://127.0.0.1:4010. Empty until it does. */
  origin: string;
}

export function createInstance(options: ResolvedOptions, faults: FaultBook, log: RequestLog): Instance {
  return {
    options,
    state: createState(),
    faults,
    held: new HeldCallbacks(),
    log,
    inFlight: new Map(),
    tasks: new TaskGroup(),
    agents: { http: new Agent({ keepAlive: true }), https: new SecureAgent({ keepAlive: true }) },
    closing: new AbortController(),
    repeatAcrossPages: options.repeatAcrossPages,
    limits: limitsOf(options),
    conversationsCapture: options.conversationsCapture,
    origin: "",
  };
}

/** `length` hexadecimal digits from the emulator's own source of randomness. */
export function randomHex(instance: Instance, length: number): string {
  let digits = "";
  while (digits.length < length) digits += eightDigits(instance.options.random());
  return digits.slice(0, length);
}

const eightDigits = (random: number): string =>
  Math.floor(random * 2 ** 32)
    .toString(16)
    .padStart(8, "0");

export function newSid(instance: Instance, prefix: string): string {
  return prefix + randomHex(instance, 32);
}
