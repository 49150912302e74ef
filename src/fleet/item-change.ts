// Changes one number of a batch: the same operation as a single change, opened with what the plan has shown. Whichever
// process dies, the item says which operation to look at.
import { AppError } from "../base/errors.ts";
import { carryOut } from "../phone-numbers/assignment/phone-number-service.ts";
import type { Operation } from "../phone-numbers/operations/operation.ts";
import type { Opened } from "../phone-numbers/operations/operation-opening.ts";
import { findOperation } from "../phone-numbers/operations/operation-store.ts";
import type { Batch, BatchItem } from "./batch.ts";
import type { BatchRun } from "./batch-run.ts";
import type { RunDeps } from "./fleet-deps.ts";
import { type ItemDeps, NotToBeBegun } from "./item-groups.ts";
import { outcomeOf, outcomeOfRefusal } from "./item-outcome.ts";
import { itemProblem } from "./item-plan.ts";
import { endItem, type ItemOutcome, markUndone, passItem } from "./item-progress-store.ts";
import type { PendingItem } from "./pending-item-store.ts";

/** Never throws: what goes wrong with the number ends its item, and what goes wrong with us ends the run. */
export async function changeItem(
  deps: ItemDeps,
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
  deps: ItemDeps,
  run: BatchRun,
  batch: Batch,
  item: PendingItem,
): Promise<ItemOutcome | undefined> {
  const opened = await open(deps, item).catch((error: unknown) => {
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
    detail: `The batch ${batchId} was applied before and is not through with it. Nothing was changed by this one; wait for the other or cancel it, and plan the number again.`,
    extensions: { batchId },
  });
}

async function open({ openItem }: ItemDeps, item: PendingItem): Promise<Opened> {
  if (item.claimedBy !== undefined) throw claimed(item.claimedBy);
  return openItem(item);
}

async function carryOutItem(
  deps: ItemDeps,
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
  const isPlain = ended?.state === "committed" && !ended.intent.scope?.spared && batch.undoes === undefined;
  if (!isPlain) return endAs(deps, batch, begun, ended);
  await deps.endDoneItem({ position: item.position, operationId: operation.id });
  return { state: "done" };
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
