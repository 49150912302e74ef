// How an item goes on: an operation is opened for it, or none; it ends, and may be undone.
import { sql } from "kysely";
import type { Db } from "../db/connect.ts";
import { plainJsonb } from "../db/jsonb.ts";
import type { BatchItem, ItemProblem, ItemState } from "./batch.ts";
import type { Lease } from "./batch-lease-store.ts";

type ItemKey = Pick<BatchItem, "batchId" | "position">;

export interface BegunItem {
  readonly position: number;
  readonly operationId: string;
}

/**
 * Notes the operations that were opened for items. In those operations' transaction, so that of two runners one opens them.
 *
 * @returns how many; those are not to be begun that have been, and none when the lease is lost or the batch not applied any more
 */
export async function beginItems(
  tx: Db,
  { batchId, owner }: Lease,
  begun: readonly BegunItem[],
  now: Date,
): Promise<number> {
  // The positions as an array: see advanceOperations.
  const { numAffectedRows } = await sql`
    update batch_item set
      state = 'running', operation_id = begun."operationId", attempts = attempts + 1, problem = null
    from jsonb_to_recordset(${asText(begun)}::jsonb) as begun(position integer, "operationId" text)
    where batch_id = ${batchId} and batch_item.position = begun.position
      and batch_item.position = any(${begun.map(({ position }) => position)}::integer[])
      and state = 'pending' and exists (
      select from batch
      where id = ${batchId} and lease_owner = ${owner} and lease_until > ${now}
        and batch.state in ('canary', 'running'))`.execute(tx);
  return Number(numAffectedRows ?? 0n);
}

/** What has become of an item. */
export interface ItemOutcome {
  readonly state: Exclude<ItemState, "running" | "undone">;
  readonly problem?: ItemProblem | undefined;
  readonly isDeferred?: boolean;
}

/** Ends an item for which no operation was opened; another runner may have begun it meanwhile, and then it stays. */
export async function passItem(db: Db, item: ItemKey, outcome: ItemOutcome): Promise<void> {
  await db
    .updateTable("batch_item")
    .set(outcomeColumns(outcome))
    .where("batch_id", "=", item.batchId)
    .where("position", "=", item.position)
    .where("state", "=", "pending")
    .execute();
}

/** Items whose operations are committed; each is ended once, whoever is first. */
export async function endDoneItems(db: Db, batchId: string, done: readonly BegunItem[]): Promise<void> {
  await sql`
    update batch_item set state = 'done', problem = null
    from jsonb_to_recordset(${asText(done)}::jsonb) as done(position integer, "operationId" text)
    where batch_id = ${batchId} and batch_item.position = done.position
      and batch_item.position = any(${done.map(({ position }) => position)}::integer[]) and state = 'running'
      and operation_id = done."operationId"`.execute(db);
}

/** Ends an item as its operation has ended; only once, whoever is first. @returns whether it was this time */
export async function endItem(
  db: Db,
  item: ItemKey & { readonly operationId: string },
  outcome: ItemOutcome,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable("batch_item")
    .set(outcomeColumns(outcome))
    .where("batch_id", "=", item.batchId)
    .where("position", "=", item.position)
    .where("state", "=", "running")
    .where("operation_id", "=", item.operationId)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** The item of the batch that was undone. */
export async function markUndone(
  db: Db,
  batchId: string,
  { phoneNumberUid, undoes }: Pick<BatchItem, "phoneNumberUid" | "undoes">,
): Promise<void> {
  await db
    .updateTable("batch_item")
    .set({ state: "undone" })
    .where("batch_id", "=", batchId)
    .where("phone_number_uid", "=", phoneNumberUid)
    .where("operation_id", "=", undoes ?? null)
    .where("state", "=", "done")
    .execute();
}

function outcomeColumns({ state, problem, isDeferred }: ItemOutcome) {
  return {
    state,
    problem: plainJsonb(problem),
    ...(isDeferred === undefined ? {} : { is_deferred: isDeferred }),
  };
}

function asText(items: readonly BegunItem[]) {
  return sql`${JSON.stringify(items)}::text`;
}
