import type { CallOutcomes } from "./traffic-types.ts";

/** How long a call talks, and how what its TwiML starts comes out. */
export interface Talk {
  readonly seconds: number;
  readonly dialOutcome: NonNullable<CallOutcomes["dialOutcome"]>;
  readonly dialSeconds: number;
  readonly sessionOutcome: NonNullable<CallOutcomes["sessionOutcome"]>;
  readonly handoffData: string | null;
}

export function talkOf(seconds: number, outcomes: CallOutcomes = {}): Talk {
  return {
    seconds,
    dialOutcome: outcomes.dialOutcome ?? "completed",
    dialSeconds: outcomes.dialSeconds ?? seconds,
    sessionOutcome: outcomes.sessionOutcome ?? "completed",
    handoffData: outcomes.handoffData ?? null,
  };
}
