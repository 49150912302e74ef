// Many numbers in one statement, whoever holds them.
import { sql } from "kysely";
import type { Db } from "../db/connect.ts";
import type { ManagedChannels } from "../twilio/webhook-config.ts";
import type { PhoneNumber } from "./phone-number.ts";
import { openOperationId, phoneNumberFromRow } from "./phone-number-store.ts";

/** Whole numbers, whoever holds them. */
export async function findPhoneNumbersByUid(
  db: Db,
  uids: readonly string[],
): Promise<readonly PhoneNumber[]> {
  if (uids.length === 0) return [];
  const rows = await db
    .selectFrom("phone_number")
    .selectAll()
    .select(openOperationId)
    .where("uid", "in", uids)
    .execute();
  return rows.map(phoneNumberFromRow);
}

/** The same, their rows locked until the transaction ends: nobody opens an operation on one of them meanwhile. */
export async function lockPhoneNumbersByUid(
  tx: Db,
  uids: readonly string[],
): Promise<readonly PhoneNumber[]> {
  if (uids.length === 0) return [];
  await tx
    .selectFrom("phone_number")
    .select("uid")
    .where("uid", "in", uids)
    // In one order for everybody, so that two transactions cannot wait for each other.
    .orderBy("uid")
    .forUpdate()
    .execute();
  // A statement of its own: one that has waited for the locks would still see the operations of before.
  return findPhoneNumbersByUid(tx, uids);
}

/** The channels that any number of an account has managed. */
export async function findManagedChannels(db: Db, accountId: string): Promise<ManagedChannels> {
  const managed = await db
    .selectFrom("phone_number")
    .select([
      sql<boolean>`coalesce(bool_or(sms_enabled), false)`.as("sms"),
      sql<boolean>`coalesce(bool_or(whatsapp_enabled), false)`.as("whatsapp"),
    ])
    .where("account_id", "=", accountId)
    .where("agent_id", "is not", null)
    .executeTakeFirstOrThrow();
  return managed;
}
