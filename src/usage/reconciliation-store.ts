import type { Db } from "../db/connect.ts";

/** The accounts that somebody has connected and of which somebody has held a number: nobody else's calls count here. */
export async function listAccountsInUse(db: Db): Promise<readonly string[]> {
  const rows = await db
    .selectFrom("twilio_account as a")
    .select("a.sid")
    .distinct()
    .where((eb) =>
      eb.exists(eb.selectFrom("number_tenure as t").select("t.e164").whereRef("t.account_sid", "=", "a.sid")),
    )
    .execute();
  return rows.map(({ sid }) => sid);
}

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
