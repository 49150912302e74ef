// Pure: what the end of an operation means for the item that it was opened for.
import { AppError, assertNever } from "../base/errors.ts";
import type { Operation } from "../phone-numbers/operations/operation.ts";
import type { ItemProblem } from "./batch.ts";
import type { ItemOutcome } from "./item-progress-store.ts";

/** Refusals that another change in progress causes; once that has ended, the item may well succeed. */
const BUSY = "operation_in_progress";
/** How recovery notes an operation whose process died before anything was decided about it. */
const INTERRUPTED = "operation_interrupted";
/** What says nothing of the number: Twilio is asked too much, or something of ours failed. */
const NOT_THE_NUMBERS: ReadonlySet<string> = new Set([INTERRUPTED, "twilio_rate_limited", "internal_error"]);
/** A number over which that happens again and again is left alone. */
const MAX_ATTEMPTS = 10;

/** Whether what was thrown about a number is that number's, rather than something that would happen to the next one as well. */
export function isOfNumber(problem: unknown): problem is AppError {
  return problem instanceof AppError && !NOT_THE_NUMBERS.has(problem.code);
}

/** Undefined while it is not known yet how the operation will end. */
export function outcomeOf(
  operation: Operation,
  item: { readonly isDeferred: boolean; readonly attempts: number },
): ItemOutcome | undefined {
  const { state, phase, error } = operation;
  const problem = error && { code: error.code, detail: error.detail };
  switch (state) {
    case "committed":
      return { state: "done", problem: operation.intent.scope?.spared };
    case "refused":
      return problem ? outcomeOfRefusal(problem, item) : { state: "skipped" };
    case "needs_attention":
      return { state: "failed", problem };
    case "rolled_back":
      // Nothing is wrong with the number: its turn comes again.
      return problem && NOT_THE_NUMBERS.has(problem.code) && item.attempts < MAX_ATTEMPTS
        ? { state: "pending", problem }
        : { state: "failed", problem };
    case "open": {
      // It goes back whatever happens, and only waits for a write that may still land.
      const isGoingBack = phase === "restoring" || phase === "settling";
      return isGoingBack && problem && !NOT_THE_NUMBERS.has(problem.code)
        ? { state: "failed", problem }
        : undefined;
    }
    default:
      return assertNever(state);
  }
}

/** Nothing was written. A number that is busy gets a second chance, after the others. */
export function outcomeOfRefusal(problem: ItemProblem, item: { readonly isDeferred: boolean }): ItemOutcome {
  return problem.code === BUSY && !item.isDeferred
    ? { state: "pending", isDeferred: true, problem }
    : { state: "skipped", problem };
}
