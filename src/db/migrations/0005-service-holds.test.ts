// An operation that was open before there were holds keeps its services to itself until recovery has ended it.
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase } from "../../../test/support/databases.ts";
import type { Database } from "../connect.ts";
import { up } from "./0005-service-holds.ts";

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase();
  await sql`alter table operation drop column holds, drop column withheld`.execute(database.db);
  await sql`insert into twilio_account (id, org_id, sid, friendly_name, status, credentials, created_at, updated_at)
    values ('acct_1', 'org_1', 'AC1', '', 'active', '', now(), now())`.execute(database.db);
});
afterAll(() => database.close());

const SERVICE = { resource: "service", sid: "MG1" };
const NUMBER = { resource: "number", sid: "PN1" };

async function insertOperation(
  id: string,
  state: string,
  written: Record<string, object[] | null>,
): Promise<void> {
  const { db } = database;
  await sql`insert into phone_number (uid, org_id, id, operator_org_id, account_id, account_sid, sid, e164,
      friendly_name, capabilities, status, health, created_at, updated_at)
    values (gen_random_uuid(), 'org_1', ${id}, 'org_1', 'acct_1', 'AC1', ${id}, ${id}, '', '{}', 'active', 'unassigned',
      now(), now())`.execute(db);
  const { desired, changes } = written;
  await sql`insert into operation (id, org_id, phone_number_uid, kind, state, phase, intent, previous, actor, request_id,
      desired, changes, lease_until, created_at, updated_at)
    select ${id}, 'org_1', uid, 'assign', ${state}, 'writing', '{}', 'null', '{}', '', ${json(desired)}::jsonb,
      ${json(changes)}::jsonb, now(), now(), now() from phone_number where id = ${id}`.execute(db);
}

const json = (value: object | null | undefined) => (value ? JSON.stringify(value) : null);

test("what is open holds the services that it changes or counts on, and what has ended holds none", async () => {
  await insertOperation("changes", "open", { desired: [NUMBER], changes: [SERVICE, SERVICE, NUMBER] });
  await insertOperation("counts_on", "open", { desired: [SERVICE, NUMBER], changes: [] });
  await insertOperation("has_none", "open", { desired: [NUMBER], changes: [NUMBER] });
  await insertOperation("has_planned_nothing", "open", { desired: null, changes: null });
  await insertOperation("has_ended", "committed", { desired: [SERVICE], changes: [SERVICE] });
  await up(database.db);
  const { rows } = await sql<{ id: string; holds: unknown }>`select id, holds from operation`.execute(
    database.db,
  );
  const held = [{ sid: "MG1", access: "change" }];
  expect(Object.fromEntries(rows.map(({ id, holds }) => [id, holds]))).toEqual({
    changes: held,
    counts_on: held,
    has_none: null,
    has_planned_nothing: null,
    has_ended: null,
  });
});
