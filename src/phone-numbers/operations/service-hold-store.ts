import { sql } from "kysely";
import type { Db } from "../../db/connect.ts";
import { jsonb } from "../../db/jsonb.ts";
import type { Operation } from "./operation.ts";
import type { ServiceHold } from "./service-hold.ts";

/** One decision about who holds a Messaging Service at a time: until the transaction ends, others wait here. */
export async function lockServiceHolds(tx: Db, sid: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`messaging_service:${sid}`}, 0))`.execute(tx);
}

/** An open operation that holds the service in a way that does not go with this one. A service's SID is unique in Twilio. */
export async function findConflictingHold(
  tx: Db,
  operationId: string,
  { sid, access }: ServiceHold,
): Promise<Pick<Operation, "id" | "orgId"> | undefined> {
  const conflicting = access === "change" ? { sid } : { sid, access: "change" };
  const row = await tx
    .selectFrom("operation")
    .select(["id", "org_id"])
    .where("state", "=", "open")
    .where("id", "<>", operationId)
    .where(sql<boolean>`holds @> ${jsonb([conflicting])}`)
    .limit(1)
    .executeTakeFirst();
  return row && { id: row.id, orgId: row.org_id };
}
