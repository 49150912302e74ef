import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createTestDatabase,
  describeEachDatabase,
  type TestDatabase,
} from "../../../test/support/databases.ts";
import { createLogger } from "../../base/log.ts";
import { type Database, openDatabase } from "../../db/connect.ts";
import { narrowed } from "./number-filter.ts";
import { countByHealth, countPhoneNumbers, listPhoneNumbers } from "./number-list-store.ts";

/** Too many to be named one by one. */
const SHOPS = 2_100;

describeEachDatabase("a search among many numbers", (kind) => {
  let testDatabase: TestDatabase;
  let database: Database;
  beforeAll(async () => {
    testDatabase = await createTestDatabase(kind);
    database = await openDatabase(testDatabase.url, createLogger("silent"));
    await sql`
      insert into twilio_account (id, org_id, sid, friendly_name, status, credentials, created_at, updated_at)
      values ('acct', 'org', 'AC', '', 'active', '', now(), now())`.execute(database.db);
    await sql`
      insert into phone_number (uid, org_id, id, operator_org_id, account_id, account_sid, sid, e164, friendly_name,
        capabilities, status, health, created_at, updated_at)
      select gen_random_uuid(), case when n % 2 = 0 then 'org' else 'org_other' end, 'phone_' || n, 'org', 'acct', 'AC',
        'PN' || n, '+1' || 2000000000 + n, 'Shop ' || n, '{}', 'active', 'unassigned', now(), now()
      from generate_series(1, ${SHOPS}::integer) as n`.execute(database.db);
  });
  afterAll(async () => {
    await database.close();
    await testDatabase.drop();
  });

  const found = async (search: string, orgId = "org") => {
    const listed = await listPhoneNumbers(database.db, orgId, { search, afterId: "", limit: SHOPS });
    expect(await countPhoneNumbers(database.db, orgId, { search })).toBe(listed.length);
    const counted = await countByHealth(database.db, orgId, { search, limit: SHOPS });
    expect(counted.get("unassigned") ?? 0).toBe(listed.length);
    return listed.map(({ friendlyName }) => friendlyName);
  };

  test("finds what few have, for the organization that holds it", async () => {
    expect(await found("shop 2096")).toEqual(["Shop 2096"]);
    expect(await found("00-20-96")).toEqual(["Shop 2096"]);
    expect(await found("shop 2096", "org_other")).toEqual([]);
    expect(await found("nowhere")).toEqual([]);
  });

  test("finds what all of them have, and texts too short for the index", async () => {
    expect(await narrowed(database.db, { search: "shop" })).toEqual({ search: "shop" });
    expect(await found("shop")).toHaveLength(SHOPS / 2);
    expect(await found("op")).toHaveLength(SHOPS / 2);
    expect(await found("+1")).toHaveLength(SHOPS / 2);
  });

  test("is narrowed to the numbers that it can be about", async () => {
    const { candidates } = await narrowed(database.db, { search: "2096" });
    expect(candidates).toHaveLength(1);
  });

  test("finds a renamed number by its new name only", async () => {
    await sql`update phone_number set friendly_name = 'Front Desk' where id = 'phone_2'`.execute(database.db);
    expect(await found("front")).toEqual(["Front Desk"]);
    expect(await found("shop 2")).not.toContain("Shop 2");
  });
});
