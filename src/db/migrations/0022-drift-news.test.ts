// What somebody was told before the upgrade is told to nobody again by it.
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase } from "../../../test/support/databases.ts";
import type { Database } from "../connect.ts";
import { up } from "./0022-drift-news.ts";

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase();
  await sql`alter table drift drop column is_news`.execute(database.db);
  await sql`insert into twilio_account (id, org_id, sid, friendly_name, status, credentials, created_at, updated_at)
    values ('acct_1', 'org_1', 'AC1', '', 'active', '', now(), now())`.execute(database.db);
  await sql`insert into phone_number (uid, org_id, id, operator_org_id, account_id, account_sid, sid, e164,
      friendly_name, capabilities, status, health, created_at, updated_at)
    values (gen_random_uuid(), 'org_1', 'phone_1', 'org_1', 'acct_1', 'AC1', 'PN1', '+14155550100', '', '{}', 'active',
      'drifted', now(), now())`.execute(database.db);
});
afterAll(() => database.close());

async function insertDrift(fieldClass: string, alertedAt: Date | null): Promise<void> {
  await sql`insert into drift (id, org_id, phone_number_uid, field_class, reason, fields, opened_at, alerted_at)
    select ${fieldClass}, 'org_1', uid, ${fieldClass}, '', '[]', now(), ${alertedAt}
    from phone_number`.execute(database.db);
}

test("what was told is no news, and what was not told is", async () => {
  await insertDrift("voice", new Date());
  await insertDrift("sms", null);
  await up(database.db);
  const { rows } = await sql`select id, is_news from drift order by id`.execute(database.db);
  expect(rows).toEqual([
    { id: "sms", is_news: true },
    { id: "voice", is_news: false },
  ]);
});
