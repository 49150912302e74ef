// Which items of a batch are still to be taken.
import { type Selectable, sql } from "kysely";
import type { Db } from "../db/connect.ts";
import type { BatchItemTable } from "../db/tables/fleet.ts";
import type { Batch, BatchItem } from "./batch.ts";
import { itemFromRow } from "./batch-item-store.ts";

export interface PendingItem extends BatchItem {
  /** A batch of the organization's that was applied before this one, has the same number, and is not through with it. */
  readonly claimedBy: string | undefined;
}

type AppliedBatch = Pick<Batch, "id" | "orgId" | "appliedAt">;

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
        // What an earlier holder has begun cannot change the number any more, and is nobody else's to know of.
        .where("batch.org_id", "=", batch.orgId)
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
