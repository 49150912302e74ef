// A batch belongs to one runner at a time, for as long as that renews its lease. Everything that a runner writes depends on
// the lease, so one that has lost it without knowing changes nothing any more.
import { sql } from "kysely";
import type { Db } from "../db/connect.ts";
import type { Batch, BatchState, Counts } from "./batch.ts";
import { countsOf } from "./batch-rules.ts";
import { type BatchPatch, columnsOf } from "./batch-store.ts";

export interface Lease {
  readonly batchId: string;
  /** Names one run, not a node: another run of the same node must not be taken for it. */
  readonly owner: string;
}

/**
 * Batches for which something is left to do, and that belong to nobody: the first of each organization, then the second of
 * each, so that nobody's come after all of somebody who has many.
 */
export async function listDueBatches(
  db: Db,
  now: Date,
  limit: number,
): Promise<readonly Pick<Batch, "id" | "orgId">[]> {
  const due = db
    .selectFrom("batch")
    .select(["id", "org_id as orgId", "lease_until"])
    .select(({ fn }) =>
      fn
        .agg<number>("row_number")
        .over((over) => over.partitionBy("org_id").orderBy("lease_until").orderBy("id"))
        .as("turn"),
    )
    .where("lease_until", "<=", now);
  return db
    .selectFrom(due.as("due"))
    .select(["id", "orgId"])
    .orderBy("turn")
    .orderBy("lease_until")
    .limit(limit)
    .execute();
}

/** Takes a batch that belongs to nobody. No two runners get the same one. @returns the organization that it is of */
export async function claimBatch(
  db: Db,
  { batchId, owner }: Lease,
  leaseUntil: Date,
  now: Date,
): Promise<string | undefined> {
  const row = await db
    .updateTable("batch")
    .set({ lease_owner: owner, lease_until: leaseUntil })
    .where("id", "=", batchId)
    .where("lease_until", "<=", now)
    .returning("org_id")
    .executeTakeFirst();
  return row?.org_id;
}

/** Lets anybody take a batch whose run has broken off. */
export async function releaseBatch(db: Db, { batchId, owner }: Lease, now: Date): Promise<void> {
  await db
    .updateTable("batch")
    .set({ lease_owner: null, lease_until: now })
    .where("id", "=", batchId)
    .where("lease_owner", "=", owner)
    .execute();
}

/** Ends the leases of a process that is known to be gone: the embedded database has one process at a time. */
export async function expireBatchLeases(db: Db, now: Date): Promise<void> {
  await db.updateTable("batch").set({ lease_until: now }).where("lease_until", "is not", null).execute();
}

/** Renews the lease and counts. @returns undefined when the lease is lost */
export async function beat(
  db: Db,
  lease: Lease,
  patch: Pick<BatchPatch, "leaseUntil" | "perSecond">,
  now: Date,
): Promise<{ readonly state: BatchState; readonly counts: Counts } | undefined> {
  const row = await db
    .updateTable("batch")
    .set({ ...columnsOf(patch, now), counts: countedItems(lease.batchId) })
    .where("id", "=", lease.batchId)
    .where("lease_owner", "=", lease.owner)
    .returning(["state", "counts"])
    .executeTakeFirst();
  if (!row) return undefined;
  return { state: row.state as BatchState, counts: countsOf(row.counts as Partial<Counts>) };
}

/** Moves a batch on that is still in `from`. @returns false when it is not, or the lease is lost */
export async function moveBatch(
  db: Db,
  lease: Lease,
  from: BatchState,
  patch: BatchPatch,
  now: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable("batch")
    .set({ ...columnsOf(patch, now), counts: countedItems(lease.batchId) })
    .where("id", "=", lease.batchId)
    .where("lease_owner", "=", lease.owner)
    .where("state", "=", from)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

export interface PlannedThrough {
  /** Undefined at the end. */
  readonly through: string | undefined;
  readonly itemCount: number;
  readonly leaseUntil: Date;
  readonly perSecond: number | null;
}

/** How far planning has come. In the transaction that stores the items. @returns false when the lease is lost */
export async function savePlanningProgress(
  tx: Db,
  lease: Lease,
  progress: PlannedThrough,
  now: Date,
): Promise<boolean> {
  const { through, itemCount, ...patch } = progress;
  const { numUpdatedRows } = await tx
    .updateTable("batch")
    .set({
      ...columnsOf(patch, now),
      planned_through: through ?? null,
      item_count: itemCount,
    })
    .where("id", "=", lease.batchId)
    .where("lease_owner", "=", lease.owner)
    .where("state", "=", "planning")
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** Counts anew what somebody else has changed: planning in this transaction, or a batch that undoes this one. */
export async function recount(db: Db, batchId: string, now: Date): Promise<void> {
  await db
    .updateTable("batch")
    .set({ ...columnsOf({}, now), counts: countedItems(batchId) })
    .where("id", "=", batchId)
    .execute();
}

function countedItems(batchId: string) {
  return sql`(
    select coalesce(jsonb_object_agg(state, count), '{}') from (
      select state, count(*) from batch_item where batch_id = ${batchId} group by state
    ) as counted
  )`;
}
