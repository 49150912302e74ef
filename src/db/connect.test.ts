import { rmSync } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestDatabase, describeEachDatabase, type TestDatabase } from "../../test/support/databases.ts";
import type { Json } from "../base/json.ts";
import { createLogger } from "../base/log.ts";
import { type Database, type Db, openDatabase } from "./connect.ts";
import { jsonb } from "./jsonb.ts";

const log = createLogger("silent");

describeEachDatabase("an open database", (kind) => {
  let testDatabase: TestDatabase;
  let database: Database;
  beforeAll(async () => {
    testDatabase = await createTestDatabase(kind, "empty");
    database = await openDatabase(testDatabase.url, log);
    await sql`create table sample (id bigint generated always as identity, at timestamptz(3), value jsonb)`.execute(
      database.db,
    );
    await appendEntry(database.db);
  });
  afterAll(async () => {
    await database.close();
    await testDatabase.drop();
  });

  const roundTrip = async (value: Json | undefined): Promise<unknown> => {
    const { rows } = await sql<{ value: unknown }>`
      insert into sample (value) values (${jsonb(value)}) returning value
    `.execute(database.db);
    return rows[0]?.value;
  };

  test.each<[string, Json]>([
    ["an object", { a: 1, nested: { b: [true, null] }, text: 'quotes " and \\ backslashes' }],
    ["an array", [1, "two", null, { three: 3 }]],
    ["an empty array", []],
    ["a string", "text"],
    ["a string that looks like JSON", '{"a":1}'],
    ["a string that looks like an array of PostgreSQL", "{1,2}"],
    ["a number", 1.5],
    ["a boolean", false],
    ["beyond ASCII", "☎ 📞 ÿ"],
  ])("jsonb gives back %s as it was", async (_name, value) => {
    expect(await roundTrip(value)).toEqual(value);
  });

  test("jsonb tells JSON's null from no value", async () => {
    const isNull = sql<{
      is_null: boolean;
    }>`insert into sample (value) values (${jsonb(null)}), (${jsonb(undefined)})
      returning value is null as is_null`;
    expect((await isNull.execute(database.db)).rows).toEqual([{ is_null: false }, { is_null: true }]);
    expect(await roundTrip(null)).toBeNull();
    expect(await roundTrip(undefined)).toBeNull();
  });

  test("a timestamp is a Date, to the millisecond", async () => {
    const at = new Date("2026-03-29T01:30:00.123Z");
    const { rows } = await sql<{ at: Date }>`insert into sample (at) values (${at}) returning at`.execute(
      database.db,
    );
    expect(rows[0]?.at).toBeInstanceOf(Date);
    expect(rows[0]?.at).toEqual(at);
  });

  test("a bigint is a number", async () => {
    const { rows } = await sql<{ many: number; count: number }>`
      select 9007199254740991::bigint as many, count(*) as count from audit_entry
    `.execute(database.db);
    expect(rows).toEqual([{ many: Number.MAX_SAFE_INTEGER, count: 1 }]);
  });

  test("a transaction that fails leaves nothing behind", async () => {
    const failing = database.db.transaction().execute(async (tx) => {
      await sql`insert into sample (value) values ('"lost"')`.execute(tx);
      throw new Error("on purpose");
    });
    await expect(failing).rejects.toThrow("on purpose");
    const { rows } = await sql`select 1 from sample where value = '"lost"'`.execute(database.db);
    expect(rows).toEqual([]);
  });

  test.each([
    ["updated", "update audit_entry set outcome = 'refused'"],
    ["deleted", "delete from audit_entry"],
    ["truncated", "truncate audit_entry"],
    ["truncated with its kin", "truncate audit_entry cascade"],
  ])("an audit entry cannot be %s", async (_name, statement) => {
    await expect(sql.raw(statement).execute(database.db)).rejects.toThrow("append-only");
    const { rows } = await sql<{ outcome: string }>`select outcome from audit_entry`.execute(database.db);
    expect(rows).toEqual([{ outcome: "committed" }]);
  });

  test("opening it again finds nothing to migrate", async () => {
    const before = await migrations(database.db);
    expect(before.length).toBeGreaterThan(0);
    await database.close();
    database = await openDatabase(testDatabase.url, log);
    expect(await migrations(database.db)).toEqual(before);
  });
});

describe("a new PostgreSQL", () => {
  test("is migrated once by eight nodes that start together", async () => {
    const testDatabase = await createTestDatabase("PostgreSQL", "empty");
    const nodes = await Promise.all(Array.from({ length: 8 }, () => openDatabase(testDatabase.url, log)));
    try {
      const found = await Promise.all(nodes.map(({ db }) => migrations(db)));
      const names = (found[0] ?? []).map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      for (const each of found) expect(each).toEqual(found[0]);
      await Promise.all(nodes.map(({ db }) => db.selectFrom("phone_number").selectAll().execute()));
    } finally {
      await Promise.all(nodes.map((node) => node.close()));
      await testDatabase.drop();
    }
  });
});

test("an embedded database that is damaged is named, with what to do, and is not kept locked", async () => {
  const testDatabase = await createTestDatabase("PGlite");
  const directory = testDatabase.url.replace("pglite:", "");
  try {
    rmSync(join(directory, "global/pg_control"));
    for (const _ of ["first", "second"]) {
      await expect(openDatabase(testDatabase.url, log)).rejects.toMatchObject({
        code: "database_unreadable",
        detail: expect.stringContaining(`What is in ${directory} is damaged`),
      });
    }
  } finally {
    await testDatabase.drop();
  }
});

test.each(["", "mysql://localhost/switchhook", "sqlite:./data", "./data", "pglite", "postgres:nowhere"])(
  "%j is refused with the forms that are taken",
  async (url) => {
    await expect(openDatabase(url, log)).rejects.toMatchObject({
      code: "invalid_configuration",
      detail: expect.stringContaining("postgres://…, pglite:DIRECTORY"),
    });
  },
);

async function migrations(db: Db): Promise<readonly { name: string; timestamp: string }[]> {
  const { rows } = await sql<{ name: string; timestamp: string }>`
    select name, timestamp from migration order by name
  `.execute(db);
  return rows;
}

async function appendEntry(db: Db): Promise<void> {
  await db
    .insertInto("audit_entry")
    .values({
      org_id: "org",
      seq: 1,
      id: "audit_1",
      at: new Date("2026-01-01T00:00:00Z"),
      actor: jsonb({ userId: "user", role: "owner" }),
      action: "test",
      target_type: "test",
      target_id: "test",
      before: jsonb(null),
      after: jsonb(null),
      outcome: "committed",
      request_id: "",
      prev_hash: "0",
      hash: "1",
    })
    .execute();
}
