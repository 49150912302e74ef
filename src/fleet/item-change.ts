// Changes one number of a batch: the same operation as a single change, opened with what the plan has shown. Whichever
// process dies, the item says which operation to look at.
import type { Actor } from "../auth/actor.ts";
import { AppError } from "../base/errors.ts";
import type { Operation } from "../phone-numbers/operation.ts";
import { type Opened, openOperation } from "../phone-numbers/operation-log.ts";
import { findOperation } from "../phone-numbers/operation-store.ts";
import { carryOut } from "../phone-numbers/phone-number-service.ts";
import type { Batch, BatchItem } from "./batch.ts";
import { intentForItem, operationKind } from "./batch-intent.ts";
import {
  beginItem,
  endItem,
  type ItemOutcome,
  markUndone,
  type PendingItem,
  passItem,
} from "./batch-item-store.ts";
import type { BatchRun } from "./batch-run.ts";
import type { RunDeps } from "./fleet-deps.ts";
import { outcomeOf, outcomeOfRefusal } from "./item-outcome.ts";
import { itemProblem } from "./item-plan.ts";

/** Never throws: what goes wrong with the number ends its item, and what goes wrong with us ends the run. */
export async function changeItem(
  deps: RunDeps,
  run: BatchRun,
  batch: Batch,
  item: PendingItem,
): Promise<void> {
  try {
    await run.keepAlive();
    if (!run.mayGoOn) return;
    const outcome = await changeOrPass(deps, run, batch, item);
    if (outcome && outcome.state !== "pending") run.note(outcome);
  } catch (error) {
    run.fail(error);
  }
}

async function changeOrPass(
  deps: RunDeps,
  run: BatchRun,
  batch: Batch,
  item: PendingItem,
): Promise<ItemOutcome | undefined> {
  const opened = await open(deps, run, batch, item).catch((error: unknown) => {
    if (error instanceof AppError) return error;
    if (!(error instanceof NotToBeBegun)) throw error;
    run.halt();
    return undefined;
  });
  if (opened === undefined) return undefined;
  if (!(opened instanceof AppError)) return carryOutItem(deps, batch, item, opened);
  const outcome = outcomeOfRefusal(itemProblem(opened), item);
  await passItem(deps.db, item, outcome);
  return outcome;
}

function claimed(batchId: string): AppError {
  return new AppError("number_in_batch", {
    detail: `The batch ${batchId} was applied before and is not through with it. Nothing was changed by this one.`,
    extensions: { batchId },
  });
}

/** The lease is lost, or the batch is not applied any more; takes the operation with it that was to be opened. */
class NotToBeBegun extends Error {
  override readonly name = "NotToBeBegun";
}

async function open(deps: RunDeps, run: BatchRun, batch: Batch, item: PendingItem): Promise<Opened> {
  if (item.claimedBy !== undefined) throw claimed(item.claimedBy);
  return openOperation(deps, actorOf(batch), {
    kind: operationKind(batch.intent),
    phoneNumberId: item.phoneNumberId,
    decide: (locked, tx) => intentForItem(tx, batch.intent, item, locked),
    onOpened: async (operation, tx) => {
      if (!(await beginItem(tx, run.lease, item, operation.id, deps.clock.now()))) throw new NotToBeBegun();
    },
  });
}

export function actorOf({ orgId, actor, appliedBy }: Batch): Actor {
  return { orgId, ...(appliedBy ?? actor) };
}

async function carryOutItem(
  deps: RunDeps,
  batch: Batch,
  item: BatchItem,
  { operation, number }: Opened,
): Promise<ItemOutcome | undefined> {
  const begun = { ...item, attempts: item.attempts + 1, operationId: operation.id };
  const ended = await carryOut(deps, operation, number, item).catch((error: unknown) => {
    if (!(error instanceof AppError))
      deps.log.error({ err: error, operationId: operation.id }, "batch.item_broke");
    // Whatever was thrown, the operation's own record says what has become of it.
    return findOperation(deps.db, batch.orgId, operation.id);
  });
  return endAs(deps, batch, begun, ended);
}

/** Ends an item that another run has begun, if its operation has ended. @returns undefined while it has not */
export async function readOutcome(
  deps: Pick<RunDeps, "db">,
  batch: Batch,
  item: BatchItem,
): Promise<ItemOutcome | undefined> {
  const operationId = item.operationId ?? "";
  return endAs(deps, batch, { ...item, operationId }, await findOperation(deps.db, batch.orgId, operationId));
}

async function endAs(
  { db }: Pick<RunDeps, "db">,
  { undoes }: Batch,
  item: BatchItem & { readonly operationId: string },
  operation: Operation | undefined,
): Promise<ItemOutcome | undefined> {
  const outcome = operation && outcomeOf(operation, item);
  if (!outcome) return undefined;
  if (undoes === undefined || outcome.state !== "done") {
    await endItem(db, item, outcome);
    return outcome;
  }
  await db.transaction().execute(async (tx) => {
    if (await endItem(tx, item, outcome)) await markUndone(tx, undoes, item);
  });
  return outcome;
}
