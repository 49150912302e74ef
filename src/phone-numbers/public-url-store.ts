import type { Db } from "../db/connect.ts";

/** Remembers a base URL that Twilio is given from now on, so that it is still known as ours when it has changed. */
export async function rememberPublicUrl(db: Db, url: string, now: Date): Promise<void> {
  await db
    .insertInto("public_url")
    .values({ url, first_used_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Every base URL that this deployment has ever given to Twilio. */
export async function listPublicUrls(db: Db): Promise<readonly string[]> {
  const rows = await db.selectFrom("public_url").select("url").orderBy("first_used_at").execute();
  return rows.map(({ url }) => url);
}
