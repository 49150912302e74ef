// Pure: when a batch may be applied, paused, resumed, cancelled and undone, when it stops by itself, and how it begins.
import { AppError } from "../base/errors.ts";
import type { ApplyBatch, Batch, BatchState, Counts, ItemState, StopReason } from "./batch.ts";

export type BatchAction = "apply" | "pause" | "resume" | "cancel" | "undo";

const CANARY_SHARE = 0.01;
const MIN_CANARY = 1;
const FAILURE_SHARE = 0.05;
const MIN_FAILURES = 5;

/** What has become of the other numbers where the first few are not as they should be, and what can be done. */
export const AFTER_CANARY =
  "The others were not begun. Put that right and make a new plan, or undo what was changed.";

const POSSIBLE_IN: Record<BatchAction, readonly BatchState[]> = {
  apply: ["planned"],
  pause: ["canary", "running"],
  resume: ["paused"],
  cancel: ["planning", "planned", "canary", "running", "paused"],
  undo: ["stopped", "cancelled", "done"],
};

const ADVICE: Record<BatchAction, string> = {
  apply: "Only a plan that is made can be applied; make a new one.",
  pause: "Only a batch that is being applied can be paused.",
  resume: "Only a batch that is paused can be resumed; for what a stopped one has left, make a new plan.",
  cancel: "It has ended already. What it changed can be undone.",
  undo: "Only what has been applied can be undone; cancel it first, where it is under way.",
};

/** Why an action is not possible now. */
export function refuseAction(action: BatchAction, batch: Batch, now: Date): AppError | undefined {
  const { state, expiresAt, appliedAt } = batch;
  if (action === "apply" && appliedAt) {
    return new AppError("plan_applied", {
      detail:
        "Nothing was begun. Look at the batch for what became of it, and make a new plan to apply one again.",
    });
  }
  if (action === "apply" && state === "planned" && expiresAt && expiresAt <= now) {
    return new AppError("plan_expired", {
      detail: `Nothing was changed. It was good until ${expiresAt.toISOString()}; make a new plan.`,
    });
  }
  if (!POSSIBLE_IN[action].includes(state)) {
    return state === "planning" && action !== "undo"
      ? notPossible(batch, "Wait until it is planned.", 2)
      : notPossible(batch, ADVICE[action]);
  }
  if (action === "undo" && batch.leaseUntil) {
    return notPossible(
      batch,
      "Some of its changes are still coming to their end. Try again when they have.",
      2,
    );
  }
  if (action === "undo" && batch.counts.done === 0) return nothingToUndo(batch);
  return undefined;
}

function nothingToUndo({ state, counts, undoneBy }: Batch): AppError {
  if (counts.undone === 0 || undoneBy === undefined) {
    return new AppError("batch_state", {
      detail: "It has changed no number, so there is nothing to undo.",
      extensions: { state },
    });
  }
  return new AppError("batch_state", {
    detail:
      `Whatever it changed was put back already, by the batch ${undoneBy}. Where that one was undone itself, undo what ` +
      "undid it, its undoneBy, to put the numbers back once more.",
    extensions: { state, batchId: undoneBy },
  });
}

function notPossible({ state }: Batch, advice: string, retryAfterSeconds?: number): AppError {
  return new AppError("batch_state", {
    detail: `It is ${state}. ${advice}`,
    extensions: { state },
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

/** How a plan with so many numbers to change is applied. */
export function sizesFor(
  changing: number,
  { canarySize, failureBudget }: ApplyBatch,
): { readonly canarySize: number; readonly failureBudget: number } {
  return {
    canarySize: Math.min(changing, canarySize ?? Math.max(MIN_CANARY, Math.ceil(changing * CANARY_SHARE))),
    failureBudget: failureBudget ?? Math.max(MIN_FAILURES, Math.ceil(changing * FAILURE_SHARE)),
  };
}

/** Why a batch goes no further: a canary may not fail at all, the others only so often. */
export function reasonToStop(
  state: BatchState,
  { failed }: Pick<Counts, "failed">,
  failureBudget: number,
): StopReason | undefined {
  if (state === "canary" && failed > 0) {
    return {
      reason: "canary_failed",
      detail: `A number of the canary failed; the batch's numbers that failed say why. ${AFTER_CANARY}`,
    };
  }
  if (state === "running" && failed > failureBudget) {
    return {
      reason: "failure_budget",
      detail:
        `${failed} numbers failed; ${failureBudget} were allowed to. They say why. What is left was not begun: make a ` +
        "new plan for it, or undo what was changed.",
    };
  }
  return undefined;
}

/** Whether it has ended, and everything that it began has. */
export function isAtRest({ state, leaseUntil }: Pick<Batch, "state" | "leaseUntil">): boolean {
  return POSSIBLE_IN.undo.includes(state) && leaseUntil === undefined;
}

const NONE: Counts = { pending: 0, running: 0, done: 0, unchanged: 0, failed: 0, skipped: 0, undone: 0 };

export function countsOf(known: Partial<Record<ItemState, number>>): Counts {
  return { ...NONE, ...known };
}

/** How long it will take, at the present rate; undefined where nothing is going on. */
export function secondsLeft({
  state,
  counts,
  selectedCount,
  itemCount,
  perSecond,
}: Batch): number | undefined {
  if (!perSecond) return undefined;
  if (state === "planning") return Math.ceil((selectedCount - itemCount) / perSecond);
  if (state !== "canary" && state !== "running") return undefined;
  return Math.ceil((counts.pending + counts.running) / perSecond);
}

/** A page of an account's list takes one request, and shows a thousand numbers. */
export function isWorthListing(wanted: number, inAccount: number): boolean {
  return wanted >= FEWEST_LISTED && wanted * LISTED_FOR_EACH >= inAccount;
}

/** Fewer are read one by one in no time. */
const FEWEST_LISTED = 6;
/** As many numbers may be listed in vain for one that is wanted. */
const LISTED_FOR_EACH = 100;
