// What the test process and the process under test say to each other.
import type { SwitchhookOptions } from "../../src/index.ts";
import type { Operation } from "../../src/phone-numbers/operations/operation.ts";
import type { PhoneNumber } from "../../src/phone-numbers/phone-number.ts";

export interface Open {
  readonly options: Pick<
    SwitchhookOptions,
    "databaseUrl" | "secret" | "publicUrl" | "twilioApiBaseUrl" | "logLevel" | "leaseMs" | "lateWriteWindowMs"
  >;
  readonly apiKey: string;
  /** How far the process's clock is ahead. */
  readonly skewMs: number;
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

export interface Answered {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test states what it expects of the body, member by member
  readonly body: any;
}

export interface Ran extends Answered {
  readonly steps: readonly string[];
}

/** All that the database says about one number. */
export interface NumberRecord {
  readonly number: PhoneNumber;
  readonly operations: { readonly operations: readonly Pick<Operation, "id" | "kind" | "state" | "error">[] };
  readonly audit: {
    readonly entries: readonly {
      readonly action: string;
      readonly outcome: string;
      readonly after: { readonly operationId?: string } | null;
    }[];
  };
}

/** What a process can be told to do. */
export interface Command {
  open: { args: Open; answer: unknown };
  call: { args: Call; answer: Answered };
  /** Holds the number's operation at the step with this ordinal, counted from 1; 0 lets it run. */
  run: { args: Call & { readonly uid: string; readonly holdAt: number }; answer: Ran };
  untilHeld: { args: { readonly count: number }; answer: unknown };
  advance: { args: { readonly ms: number }; answer: unknown };
  start: { args: undefined; answer: unknown };
  recover: { args: undefined; answer: number };
  /** Takes up the batches that nobody runs, until these runs have ended. */
  runBatches: { args: undefined; answer: unknown };
  record: { args: { readonly phoneNumberId: string }; answer: NumberRecord };
  stop: { args: undefined; answer: unknown };
}

export interface Request {
  readonly id: number;
  readonly command: keyof Command;
  readonly args: unknown;
}

export interface Reply {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}
