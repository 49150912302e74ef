import { sql } from "kysely";
import type { Db } from "../db/connect.ts";
import { WEBHOOK_PATHS } from "../twilio/webhook-urls.ts";

/** Remembers a base URL that Twilio is given from now on, so that it is still known as ours when it has changed. */
export async function rememberPublicUrl(db: Db, url: string, now: Date): Promise<void> {
  await db
    .insertInto("public_url")
    .values({ url, first_used_at: now })
    .onConflict((conflict) => conflict.column("url").doUpdateSet({ idle_since: null }))
    .execute();
}

/** Every base URL that a node of this deployment has ever given to Twilio. */
export async function listPublicUrls(db: Db): Promise<readonly string[]> {
  const rows = await db.selectFrom("public_url").select("url").orderBy("first_used_at").execute();
  return rows.map(({ url }) => url);
}

export interface IdleUrl {
  readonly url: string;
  readonly since: Date;
}

/**
 * Notes of each base URL whether a number has it, in what it was given or in what was found in Twilio, and since when none does.
 *
 * @param publicUrl what numbers are given by who asks: not idle, even if none was yet
 * @returns those that no number has
 */
export async function noteIdleUrls(db: Db, publicUrl: string, now: Date): Promise<readonly IdleUrl[]> {
  const { rows } = await sql<{ url: string; since: Date | null }>`update public_url set idle_since = case
      when url = ${publicUrl} or exists (select from phone_number where status = 'active' and (
        strpos(desired::text, '"' || url || '/api/twilio/') > 0 or
        strpos(observed::text, '"' || url || '/api/twilio/') > 0)) then null
      else coalesce(idle_since, ${now}) end
    returning url, idle_since as since`.execute(db);
  return rows.flatMap(({ url, since }) => (since ? [{ url, since }] : []));
}

/** Assigned numbers for whose calls or WhatsApp messages Twilio was given another base URL, by the organization that holds them. */
export async function countStaleNumbers(
  db: Db,
  publicUrl: string,
  orgId?: string,
): Promise<readonly { readonly orgId: string; readonly count: number }[]> {
  const isCurrent = sql<boolean>`(select coalesce(bool_and(case config ->> 'resource'
      when 'number' then starts_with(config -> 'fields' ->> 'voiceUrl', ${`${publicUrl}${WEBHOOK_PATHS.voice}`})
      when 'sender' then starts_with(config -> 'fields' ->> 'callbackUrl', ${`${publicUrl}${WEBHOOK_PATHS.message}`})
      else true end), false) from jsonb_array_elements(desired) as config)`;
  return (
    db
      .selectFrom("phone_number")
      .select(({ fn }) => ["org_id as orgId", fn.countAll<number>().as("count")])
      .where("agent_id", "is not", null)
      .where("status", "=", "active")
      // One that was bought anew was given nothing yet, and has drifted.
      .where("desired", "is not", null)
      .where((eb) => eb.not(isCurrent))
      .$if(orgId !== undefined, (query) => query.where("org_id", "=", orgId ?? ""))
      .groupBy("org_id")
      .orderBy("org_id")
      .execute()
  );
}
