// Takes a batch from wherever it stands to where it ends, or to where somebody else has to decide. Any node may run it, one
// at a time; what a run that died has left is looked up in its operations, and never done twice.
import { addMs } from "../base/clock.ts";
import { assertNever } from "../base/errors.ts";
import type { Batch } from "./batch.ts";
import { whyCanaryFails } from "./batch-canary.ts";
import { changeItems } from "./batch-changer.ts";
import { listItems } from "./batch-item-store.ts";
import { recount } from "./batch-lease-store.ts";
import { continuePlanning } from "./batch-planner.ts";
import { type BatchRun, beginRun } from "./batch-run.ts";
import type { BatchPatch } from "./batch-store.ts";
import type { RunDeps } from "./fleet-deps.ts";
import { readOutcome } from "./item-change.ts";

/** Operations that recovery has yet to end are looked at again after this. */
const RECOVERY_MS = 30_000;
const MAX_BEGUN = 1_000;

/** Does nothing when the batch belongs to somebody else. @throws what keeps it from going on; a later run tries again */
export async function runBatch(deps: RunDeps, batchId: string, signal: AbortSignal): Promise<void> {
  const run = await beginRun(deps, batchId, signal);
  if (!run) return;
  try {
    await goOn(deps, run);
  } catch (error) {
    await run.giveBack();
    throw error;
  }
}

async function goOn(deps: RunDeps, run: BatchRun): Promise<void> {
  for (let isOver = false; !isOver; ) {
    const batch = await run.look();
    if (!batch) return;
    isOver =
      batch.counts.running > 0 && (await settleBegun(deps, batch)) ? false : await step(deps, run, batch);
  }
}

/** What another run has begun and not ended. @returns whether anything has become clear */
async function settleBegun(deps: RunDeps, batch: Batch): Promise<boolean> {
  const begun = await listItems(deps.db, batch.id, {
    afterPosition: -1,
    limit: MAX_BEGUN,
    states: ["running"],
  });
  let isAnyClear = false;
  for (const item of begun) {
    if (await readOutcome(deps, batch, item)) isAnyClear = true;
  }
  return isAnyClear;
}

/** @returns whether the run is over */
async function step(deps: RunDeps, run: BatchRun, batch: Batch): Promise<boolean> {
  switch (batch.state) {
    case "planning":
      if (run.isStopping) return release(deps, run, batch, { leaseUntil: deps.clock.now() });
      await continuePlanning(deps, run, batch);
      return false;
    case "canary":
    case "running":
      if (run.isStopping) return release(deps, run, batch, { leaseUntil: deps.clock.now() });
      if (hasToWait(batch)) return release(deps, run, batch, { leaseUntil: afterRecovery(deps) });
      return apply(deps, run, batch);
    case "planned":
    case "paused":
    case "stopped":
    case "cancelled":
    case "done":
      return release(deps, run, batch, { leaseUntil: whenToLookAgain(deps, batch) });
    default:
      return assertNever(batch.state);
  }
}

/** Whether nothing can be begun before recovery has ended what is open. */
function hasToWait({ state, canarySize = 0, counts }: Batch): boolean {
  if (counts.running === 0) return false;
  return counts.pending === 0 || (state === "canary" && counts.done + counts.running >= canarySize);
}

function whenToLookAgain(deps: RunDeps, { counts }: Batch): Date | null {
  return counts.running > 0 ? afterRecovery(deps) : null;
}

function afterRecovery({ clock }: RunDeps): Date {
  return addMs(clock.now(), RECOVERY_MS);
}

type Release = Pick<BatchPatch, "state" | "stopped" | "endedAt"> & Required<Pick<BatchPatch, "leaseUntil">>;

/** @returns false when the batch has moved on meanwhile, and has to be looked at once more */
async function release(deps: RunDeps, run: BatchRun, batch: Batch, patch: Release): Promise<boolean> {
  const { id, orgId, counts, undoes } = batch;
  const isReleased = await deps.db.transaction().execute(async (tx) => {
    if (!(await run.move(batch.state, { ...patch, perSecond: null, leaseOwner: null }, tx))) return false;
    if (undoes !== undefined) await recount(tx, undoes, deps.clock.now());
    return true;
  });
  if (!isReleased) return false;
  const { state = batch.state, leaseUntil } = patch;
  deps.log.info({ batchId: id, orgId, state, ...counts, isDue: leaseUntil !== null }, "batch.run_ended");
  return true;
}

/** Ends a batch and the run in one step, so that nobody sees a batch that has ended and is still somebody's. */
function end(
  deps: RunDeps,
  run: BatchRun,
  batch: Batch,
  patch: Pick<BatchPatch, "state" | "stopped">,
): Promise<boolean> {
  const leaseUntil = whenToLookAgain(deps, batch);
  return release(deps, run, batch, { ...patch, leaseUntil, endedAt: deps.clock.now() });
}

async function apply(deps: RunDeps, run: BatchRun, batch: Batch): Promise<boolean> {
  const stopped = run.reasonToStop;
  if (stopped) return end(deps, run, batch, { state: "stopped", stopped });
  if (batch.state === "canary") return applyToCanary(deps, run, batch);
  if (batch.counts.pending === 0) return end(deps, run, batch, { state: "done" });
  await changeItems(deps, run, batch, Number.POSITIVE_INFINITY);
  return false;
}

/** Until enough have succeeded to tell whether the others will, and those are verified. */
async function applyToCanary(deps: RunDeps, run: BatchRun, batch: Batch): Promise<boolean> {
  const { canarySize = 0, counts } = batch;
  const missing = canarySize - counts.done - counts.running;
  if (missing > 0 && counts.pending > 0) {
    await changeItems(deps, run, batch, missing);
    return false;
  }
  const stopped = await whyCanaryFails(deps, run, batch);
  if (stopped) return end(deps, run, batch, { state: "stopped", stopped });
  if (!run.mayGoOn) return false;
  await run.move("canary", { state: "running", canaryVerifiedAt: deps.clock.now() });
  return false;
}
