import type { Db } from "../../db/connect.ts";
import { dayOf } from "../day.ts";

/** Which of the calls have no row. */
export async function listUnknownCalls(
  db: Db,
  accountSid: string,
  sids: readonly string[],
): Promise<readonly string[]> {
  if (sids.length === 0) return [];
  const rows = await db
    .selectFrom("call")
    .select("sid")
    .where("account_sid", "=", accountSid)
    .where("sid", "in", sids)
    .execute();
  const known = new Set(rows.map(({ sid }) => sid));
  return sids.filter((sid) => !known.has(sid));
}

/** The first day that is still to be read for good; undefined for an account that no run has seen. */
export async function findPosition(db: Db, accountSid: string): Promise<string | undefined> {
  const row = await db
    .selectFrom("reconciliation_position")
    .select("read_until")
    .where("account_sid", "=", accountSid)
    .executeTakeFirst();
  return row && dayOf(row.read_until);
}

export async function savePosition(db: Db, accountSid: string, day: string): Promise<void> {
  const readUntil = new Date(day);
  await db
    .insertInto("reconciliation_position")
    .values({ account_sid: accountSid, read_until: readUntil })
    .onConflict((conflict) => conflict.column("account_sid").doUpdateSet({ read_until: readUntil }))
    .execute();
}

/** Begins with this day for an account that was never seen before. */
export async function beginPosition(db: Db, accountSid: string, day: string): Promise<void> {
  await db
    .insertInto("reconciliation_position")
    .values({ account_sid: accountSid, read_until: new Date(day) })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
