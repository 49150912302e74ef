// What sinks have not taken yet. An entry comes in with the statement that records it, and leaves when it was taken.
import type { Db } from "../db/connect.ts";

export async function countUndelivered(db: Db, orgId: string): Promise<number> {
  const { count } = await db
    .selectFrom("usage_outbox")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("org_id", "=", orgId)
    .executeTakeFirstOrThrow();
  return count;
}

/** Removes these and no others: one with a smaller id may have come in since they were read. */
export async function removeDelivered(db: Db, orgId: string, entryIds: readonly number[]): Promise<void> {
  await db
    .deleteFrom("usage_outbox")
    .where("org_id", "=", orgId)
    .where("entry_id", "in", [...entryIds])
    .execute();
}

/** @returns how many were given up */
export async function clearOutbox(tx: Db, orgId: string): Promise<number> {
  const { numDeletedRows } = await tx
    .deleteFrom("usage_outbox")
    .where("org_id", "=", orgId)
    .executeTakeFirst();
  return Number(numDeletedRows);
}
