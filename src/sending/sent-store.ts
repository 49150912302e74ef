import type { Db } from "../db/connect.ts";

/**
 * Which of these messages were the answer to a request of ours. Callbacks tell of every message; how much media one has
 * only Twilio's answer and its own record do. One whose record reconciliation has read meanwhile counts as answered too:
 * what became of a request is then said to be unknown, which is better than taking another's message for it.
 */
export async function listAnsweredSids(
  db: Db,
  accountSid: string,
  sids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (sids.length === 0) return new Set();
  const rows = await db
    .selectFrom("message")
    .select("sid")
    .where("account_sid", "=", accountSid)
    .where("sid", "in", sids)
    .where("media_count", "is not", null)
    .execute();
  return new Set(rows.map(({ sid }) => sid));
}
