import { type Selectable, sql } from "kysely";
import { chunksOf } from "../base/chunks.ts";
import type { Db } from "../db/connect.ts";
import { plainJsonb } from "../db/jsonb.ts";
import type { BatchItemTable } from "../db/tables.ts";
import type { Batch, BatchItem, ItemProblem, ItemState } from "./batch.ts";
import type { Lease } from "./batch-lease-store.ts";

export type NewItem = Omit<BatchItem, "operationId" | "attempts">;

/** A statement has at most 65,535 parameters. */
const ROWS_PER_INSERT = 500;

export async function insertItems(tx: Db, items: readonly NewItem[]): Promise<void> {
  for (const rows of chunksOf(items, ROWS_PER_INSERT)) {
    await tx
      .insertInto("batch_item")
      .values(
        rows.map((item) => ({
          batch_id: item.batchId,
          position: item.position,
          phone_number_uid: item.phoneNumberUid,
          phone_number_id: item.phoneNumberId,
          previous: plainJsonb(item.previous),
          changes: plainJsonb(item.changes),
          withheld: plainJsonb(item.withheld),
          undoes: item.undoes ?? null,
          state: item.state,
          is_deferred: item.isDeferred,
          problem: plainJsonb(item.problem),
        })),
      )
      .execute();
  }
}

export interface ItemQuery {
  readonly afterPosition: number;
  readonly limit: number;
  readonly states?: readonly ItemState[] | undefined;
  /** Only those that have a problem. */
  readonly isTroubled?: boolean;
}

export interface ListedItem extends BatchItem {
  /** Undefined once the number is forgotten. */
  readonly e164: string | undefined;
}

export async function listItems(db: Db, batchId: string, query: ItemQuery): Promise<readonly ListedItem[]> {
  const rows = await db
    .selectFrom("batch_item")
    .selectAll()
    .select((eb) =>
      eb
        .selectFrom("phone_number")
        .select("phone_number.e164")
        .whereRef("phone_number.uid", "=", "batch_item.phone_number_uid")
        .as("e164"),
    )
    .where("batch_id", "=", batchId)
    .where("position", ">", query.afterPosition)
    .$if(query.states !== undefined, (items) => items.where("state", "in", query.states ?? []))
    .$if(query.isTroubled ?? false, (items) => items.where("problem", "is not", null))
    .orderBy("position")
    .limit(query.limit)
    .execute();
  return rows.map(({ e164, ...row }) => ({ ...itemFromRow(row), e164: e164 ?? undefined }));
}

export interface PendingItem extends BatchItem {
  /** A batch that was applied before this one, has the same number, and is not through with it. */
  readonly claimedBy: string | undefined;
}

type AppliedBatch = Pick<Batch, "id" | "appliedAt">;

export async function listPendingItems(
  db: Db,
  batch: AppliedBatch,
  query: { readonly afterPosition: number; readonly limit: number; readonly isDeferred: boolean },
): Promise<readonly PendingItem[]> {
  const rows = await pendingItems(db, batch)
    .where("is_deferred", "=", query.isDeferred)
    .where("position", ">", query.afterPosition)
    .orderBy("position")
    .limit(query.limit)
    .execute();
  return rows.map(pendingItemFromRow);
}

/** Those of them, but for the deferred ones, whose numbers have these SIDs in Twilio. */
export async function listPendingItemsOf(
  db: Db,
  batch: AppliedBatch,
  accountId: string,
  sids: readonly string[],
): Promise<readonly PendingItem[]> {
  const rows = await pendingItems(db, batch)
    .where("is_deferred", "=", false)
    .where("phone_number_uid", "in", (eb) =>
      eb
        .selectFrom("phone_number")
        .select("uid")
        .where("account_id", "=", accountId)
        .where(sql<boolean>`sid = any(${sql.val(sids)}::text[])`),
    )
    .execute();
  return rows.map(pendingItemFromRow);
}

function pendingItems(db: Db, batch: AppliedBatch) {
  return db
    .selectFrom("batch_item")
    .selectAll()
    .select((eb) =>
      eb
        .selectFrom("batch_item as other")
        .innerJoin("batch", "batch.id", "other.batch_id")
        .select("other.batch_id")
        .whereRef("other.phone_number_uid", "=", "batch_item.phone_number_uid")
        .where("other.state", "in", ["pending", "running"])
        .where("batch.state", "in", ["canary", "running", "paused"])
        .where(
          sql<boolean>`(batch.applied_at, batch.id) < (${batch.appliedAt ?? null}::timestamptz, ${batch.id})`,
        )
        .limit(1)
        .as("claimed_by"),
    )
    .where("batch_id", "=", batch.id)
    .where("state", "=", "pending");
}

function pendingItemFromRow({
  claimed_by,
  ...row
}: Selectable<BatchItemTable> & { claimed_by: string | null }): PendingItem {
  return { ...itemFromRow(row), claimedBy: claimed_by ?? undefined };
}

/** How many of them, but for the deferred ones, are in each account of the organization's own. */
export async function countPendingByAccount(
  db: Db,
  { id, orgId }: Pick<Batch, "id" | "orgId">,
): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom("batch_item")
    .innerJoin("phone_number", "phone_number.uid", "batch_item.phone_number_uid")
    .select(({ fn }) => ["account_id", fn.countAll<number>().as("count")])
    .where("batch_id", "=", id)
    .where("state", "=", "pending")
    .where("is_deferred", "=", false)
    .where("operator_org_id", "=", orgId)
    .groupBy("account_id")
    .execute();
  return new Map(rows.map(({ account_id, count }) => [account_id, count]));
}

/** Of these numbers those that have an item already. */
export async function findPlannedUids(
  db: Db,
  batchId: string,
  uids: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom("batch_item")
    .select("phone_number_uid")
    .where("batch_id", "=", batchId)
    .where(sql<boolean>`phone_number_uid = any(${sql.val(uids)}::uuid[])`)
    .execute();
  return new Set(rows.map(({ phone_number_uid }) => phone_number_uid));
}

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

/** Numbers that a batch has changed and that the organization still holds, last ones first. */
export async function listChangedNumbers(
  db: Db,
  orgId: string,
  batchId: string,
  page: { readonly beforePosition: number; readonly limit: number },
): Promise<readonly ChangedNumber[]> {
  return db
    .selectFrom("batch_item")
    .innerJoin("phone_number", "phone_number.uid", "batch_item.phone_number_uid")
    .select([
      "batch_item.position",
      "batch_item.operation_id as operationId",
      "phone_number.id as phoneNumberId",
    ])
    .where("batch_item.batch_id", "=", batchId)
    .where("batch_item.state", "=", "done")
    .where("batch_item.position", "<", page.beforePosition)
    .where("phone_number.org_id", "=", orgId)
    .orderBy("batch_item.position", "desc")
    .limit(page.limit)
    .execute();
}

export interface ChangedNumber {
  readonly position: number;
  readonly phoneNumberId: string;
  readonly operationId: string | null;
}

function outcomeColumns({ state, problem, isDeferred }: ItemOutcome) {
  return {
    state,
    problem: plainJsonb(problem),
    ...(isDeferred === undefined ? {} : { is_deferred: isDeferred }),
  };
}

// The jsonb columns are written by this file only, from the types that they are read as.
function itemFromRow(row: Selectable<BatchItemTable>): BatchItem {
  return {
    batchId: row.batch_id,
    position: row.position,
    phoneNumberUid: row.phone_number_uid,
    phoneNumberId: row.phone_number_id,
    previous: row.previous as BatchItem["previous"],
    changes: row.changes as BatchItem["changes"],
    withheld: row.withheld as BatchItem["withheld"],
    undoes: row.undoes ?? undefined,
    state: row.state as ItemState,
    isDeferred: row.is_deferred,
    operationId: row.operation_id ?? undefined,
    attempts: row.attempts,
    problem: (row.problem as ItemProblem | null) ?? undefined,
  };
}

function asText(items: readonly BegunItem[]) {
  return sql`${JSON.stringify(items)}::text`;
}
