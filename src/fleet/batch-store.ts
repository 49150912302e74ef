import { type ExpressionBuilder, type Selectable, sql } from "kysely";
import type { Db } from "../db/connect.ts";
import { jsonb, plainJsonb } from "../db/jsonb.ts";
import type { BatchTable } from "../db/tables/fleet.ts";
import type { Tables } from "../db/tables.ts";
import type { ApplyBatch, Batch, BatchState, StopReason } from "./batch.ts";
import { countsOf } from "./batch-rules.ts";

export interface NewBatch
  extends Pick<
    Batch,
    "id" | "orgId" | "intent" | "selection" | "selectedCount" | "actor" | "appliedBy" | "undoes"
  > {
  readonly applyWhenPlanned: ApplyBatch | undefined;
  /** In the order in which they are planned. */
  readonly phoneNumberIds: readonly string[] | undefined;
}

/** Due at once: planning is the first thing that there is to do. */
export async function insertBatch(tx: Db, batch: NewBatch, now: Date): Promise<void> {
  await tx
    .insertInto("batch")
    .values({
      id: batch.id,
      org_id: batch.orgId,
      state: "planning",
      intent: plainJsonb(batch.intent),
      selection: plainJsonb(batch.selection),
      number_ids: jsonb(batch.phoneNumberIds && [...batch.phoneNumberIds]),
      selected_count: batch.selectedCount,
      actor: plainJsonb(batch.actor),
      applied_by: plainJsonb(batch.appliedBy),
      apply_when_planned: plainJsonb(batch.applyWhenPlanned),
      undoes: batch.undoes ?? null,
      planned_through: "",
      counts: jsonb({}),
      lease_until: now,
      created_at: now,
      updated_at: now,
    })
    .execute();
}

export async function findBatch(db: Db, orgId: string, id: string): Promise<Batch | undefined> {
  const row = await selectBatch(db).where("org_id", "=", orgId).where("id", "=", id).executeTakeFirst();
  return row && batchFromRow(row);
}

/** The same, its row locked until the transaction ends. */
export async function lockBatch(tx: Db, orgId: string, id: string): Promise<Batch | undefined> {
  await tx
    .selectFrom("batch")
    .select("id")
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .forUpdate()
    .execute();
  // What is in other rows, such as a batch that undoes it, is seen as of the beginning of a statement: not of the one that
  // has waited for the lock.
  return findBatch(tx, orgId, id);
}

/** Batches newest first, those before `beforeId`. */
export async function listBatches(
  db: Db,
  orgId: string,
  page: { readonly beforeId?: string | undefined; readonly limit: number },
): Promise<readonly Batch[]> {
  const rows = await selectBatch(db)
    .where("org_id", "=", orgId)
    .$if(page.beforeId !== undefined, (query) => query.where("id", "<", page.beforeId ?? ""))
    .orderBy("id", "desc")
    .limit(page.limit)
    .execute();
  return rows.map(batchFromRow);
}

/** Whether somebody's batch in an organization is still being planned or applied. */
export async function hasUnfinishedBatch(
  db: Db,
  { orgId, userId }: { readonly orgId: string; readonly userId: string },
): Promise<boolean> {
  const row = await db
    .selectFrom("batch")
    .select("id")
    .where("org_id", "=", orgId)
    .where("ended_at", "is", null)
    .where(sql<string>`actor ->> 'userId'`, "=", userId)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** One decision about an organization's batch to a new public URL at a time: until the transaction ends, others wait here. */
export async function lockPublicUrlBatches(tx: Db, orgId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`public_url:${orgId}`}, 0))`.execute(tx);
}

/** The last batch of somebody's that wrote URLs under a base URL, if it was made since some time and stopped by itself. */
export async function findStoppedBatch(
  db: Db,
  { orgId, userId }: { readonly orgId: string; readonly userId: string },
  { baseUrl, since }: { readonly baseUrl: string; readonly since: Date },
): Promise<string | undefined> {
  const last = await db
    .selectFrom("batch")
    .select(["id", "state"])
    .where("org_id", "=", orgId)
    .where(sql<string>`actor ->> 'userId'`, "=", userId)
    .where("created_at", ">=", since)
    .where(
      sql<boolean>`exists (
        select from batch_item, jsonb_array_elements(batch_item.changes) as change
        where batch_item.batch_id = batch.id and batch_item.operation_id is not null
        and starts_with(change ->> 'after', ${`${baseUrl}/api/twilio/`}))`,
    )
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .limit(1)
    .executeTakeFirst();
  return last?.state === "stopped" ? last.id : undefined;
}

export interface BatchPatch {
  readonly state?: BatchState;
  readonly appliedBy?: Batch["appliedBy"];
  readonly canarySize?: number;
  readonly failureBudget?: number;
  readonly canaryVerifiedAt?: Date;
  readonly stopped?: StopReason;
  readonly perSecond?: number | null;
  /** Null: nothing is left to do. */
  readonly leaseUntil?: Date | null;
  /** Null: nobody runs it. */
  readonly leaseOwner?: null;
  readonly expiresAt?: Date;
  readonly appliedAt?: Date;
  readonly endedAt?: Date;
}

/** What an update of the table sets for a patch; every update is something to see. */
export function columnsOf(patch: BatchPatch, now: Date) {
  return {
    updated_at: now,
    revision: sql<number>`revision + 1`,
    ...(patch.state === undefined ? {} : { state: patch.state }),
    ...(patch.appliedBy === undefined ? {} : { applied_by: plainJsonb(patch.appliedBy) }),
    ...(patch.canarySize === undefined ? {} : { canary_size: patch.canarySize }),
    ...(patch.failureBudget === undefined ? {} : { failure_budget: patch.failureBudget }),
    ...(patch.canaryVerifiedAt === undefined ? {} : { canary_verified_at: patch.canaryVerifiedAt }),
    ...(patch.stopped === undefined ? {} : { stopped: plainJsonb(patch.stopped) }),
    ...(patch.perSecond === undefined ? {} : { per_second: patch.perSecond }),
    ...(patch.leaseUntil === undefined ? {} : { lease_until: patch.leaseUntil }),
    ...(patch.leaseOwner === undefined ? {} : { lease_owner: patch.leaseOwner }),
    ...(patch.expiresAt === undefined ? {} : { expires_at: patch.expiresAt }),
    ...(patch.appliedAt === undefined ? {} : { applied_at: patch.appliedAt }),
    ...(patch.endedAt === undefined ? {} : { ended_at: patch.endedAt }),
  };
}

export async function updateBatch(tx: Db, id: string, patch: BatchPatch, now: Date): Promise<void> {
  await tx.updateTable("batch").set(columnsOf(patch, now)).where("id", "=", id).execute();
}

/** Plans that nobody has applied, and that nobody can apply any more, with their items. @returns how many, up to `limit` */
export async function deletePlansBefore(db: Db, time: Date, limit: number): Promise<number> {
  const old = db
    .selectFrom("batch")
    .select("id")
    .where("applied_at", "is", null)
    .where((eb) =>
      eb.or([
        eb.and([eb("state", "=", "planned"), eb("expires_at", "<", time)]),
        eb.and([eb("state", "=", "cancelled"), eb("ended_at", "<", time)]),
      ]),
    )
    .limit(limit);
  const { numDeletedRows } = await db.deleteFrom("batch").where("id", "in", old).executeTakeFirst();
  return Number(numDeletedRows);
}

type Row = Omit<Selectable<BatchTable>, "number_ids" | "updated_at"> & {
  undone_by: string | null;
};

const COLUMNS = [
  "id",
  "org_id",
  "state",
  "intent",
  "selection",
  "selected_count",
  "actor",
  "applied_by",
  "apply_when_planned",
  "canary_size",
  "failure_budget",
  "canary_verified_at",
  "stopped",
  "undoes",
  "planned_through",
  "item_count",
  "counts",
  "per_second",
  "revision",
  "lease_owner",
  "lease_until",
  "expires_at",
  "applied_at",
  "ended_at",
  "created_at",
] as const;

/** Without the ids of numbers, which only planning needs. */
function selectBatch(db: Db) {
  return db.selectFrom("batch").select(COLUMNS).select(undoneBy);
}

function undoneBy(eb: ExpressionBuilder<Tables, "batch">) {
  return (
    eb
      .selectFrom("batch as undoing")
      .select("undoing.id")
      .whereRef("undoing.undoes", "=", "batch.id")
      // Ids are made by the clocks of machines, which need not agree.
      .orderBy("undoing.created_at", "desc")
      .orderBy("undoing.id", "desc")
      .limit(1)
      .as("undone_by")
  );
}

// The jsonb columns are written by this folder only, from the types that they are read as.
function batchFromRow(row: Row): Batch {
  return {
    id: row.id,
    orgId: row.org_id,
    state: row.state as Batch["state"],
    intent: row.intent as Batch["intent"],
    selection: row.selection as Batch["selection"],
    selectedCount: row.selected_count,
    actor: row.actor as Batch["actor"],
    appliedBy: (row.applied_by as Batch["appliedBy"] | null) ?? undefined,
    applyWhenPlanned: (row.apply_when_planned as ApplyBatch | null) ?? undefined,
    canarySize: row.canary_size ?? undefined,
    failureBudget: row.failure_budget ?? undefined,
    canaryVerifiedAt: row.canary_verified_at ?? undefined,
    stopped: (row.stopped as StopReason | null) ?? undefined,
    undoes: row.undoes ?? undefined,
    undoneBy: row.undone_by ?? undefined,
    plannedThrough: row.planned_through ?? undefined,
    itemCount: row.item_count,
    counts: countsOf(row.counts as Partial<Batch["counts"]>),
    perSecond: row.per_second ?? undefined,
    revision: row.revision,
    isRun: row.lease_owner !== null,
    leaseUntil: row.lease_until ?? undefined,
    expiresAt: row.expires_at ?? undefined,
    appliedAt: row.applied_at ?? undefined,
    endedAt: row.ended_at ?? undefined,
    createdAt: row.created_at,
  };
}
