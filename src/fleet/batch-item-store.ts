// The items of batches, as planning writes them down and as they are read.
import { type Selectable, sql } from "kysely";
import { chunksOf } from "../base/chunks.ts";
import type { Db } from "../db/connect.ts";
import { plainJsonb } from "../db/jsonb.ts";
import type { BatchItemTable } from "../db/tables/fleet.ts";
import type { BatchItem, ItemProblem, ItemState } from "./batch.ts";

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

/** Numbers that a batch has changed, last ones first. */
export async function listChangedNumbers(
  db: Db,
  orgId: string,
  batchId: string,
  page: { readonly beforePosition: number; readonly limit: number },
): Promise<readonly ChangedNumber[]> {
  const rows = await db
    .selectFrom("batch_item")
    .leftJoin("phone_number", (join) =>
      join
        .onRef("phone_number.uid", "=", "batch_item.phone_number_uid")
        .on("phone_number.org_id", "=", orgId),
    )
    .select([
      "batch_item.position",
      "batch_item.operation_id",
      "batch_item.phone_number_uid",
      "batch_item.phone_number_id",
      "phone_number.id as held_id",
    ])
    .where("batch_item.batch_id", "=", batchId)
    .where("batch_item.state", "=", "done")
    .where("batch_item.position", "<", page.beforePosition)
    .orderBy("batch_item.position", "desc")
    .limit(page.limit)
    .execute();
  return rows.map((row) => ({
    position: row.position,
    operationId: row.operation_id ?? undefined,
    phoneNumberUid: row.phone_number_uid,
    phoneNumberId: row.phone_number_id,
    heldId: row.held_id ?? undefined,
  }));
}

export interface ChangedNumber extends Pick<BatchItem, "phoneNumberUid" | "phoneNumberId" | "operationId"> {
  readonly position: number;
  /** Its id by now; undefined when the organization does not hold it any more. */
  readonly heldId: string | undefined;
}

// The jsonb columns are written by this folder only, from the types that they are read as.
export function itemFromRow(row: Selectable<BatchItemTable>): BatchItem {
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
