import type { Db } from "../../db/connect.ts";

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
