import { getMigrations } from "better-auth/db/migration";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase } from "../../test/support/databases.ts";
import type { Database } from "../db/connect.ts";
import { authOptions } from "./auth.testing.ts";
import { betterAuthOptions } from "./auth-options.ts";

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

test("the migration makes every table, column and index that better-auth wants", async () => {
  const plan = await getMigrations(betterAuthOptions(authOptions(database.db)));
  expect(plan).toMatchObject({ toBeCreated: [], toBeAdded: [], toBeAddedIndexes: [], schemaProblems: [] });
});

// The plan above is silent about single-column indexes of tables that exist, and about columns nobody wants.
test("the migration makes what better-auth would make in an empty schema, and nothing else", async () => {
  const { db } = database;
  const options = betterAuthOptions(authOptions(db));
  const schemaName = "made_by_library";
  const library = await getMigrations({ ...options, database: { ...options.database, schemaName } });
  await library.runMigrations();
  const theirs = await describe(schemaName);
  expect(theirs.length).toBeGreaterThan(80);
  expect(await describe("switchhook")).toEqual(theirs);
});

async function describe(schema: string): Promise<unknown[]> {
  const tables = sql`('user', 'session', 'account', 'verification', 'organization', 'member', 'invitation', 'apikey')`;
  const unqualified = (text: string) => sql`replace(${sql.raw(text)}, ${`${schema}.`}, '')`;
  const { rows } = await sql`
    select table_name as t, column_name as name,
      concat_ws(' ', data_type, is_nullable, lower(column_default)) as definition
    from information_schema.columns where table_schema = ${schema} and table_name in ${tables}
    union all
    select tablename, indexname, ${unqualified("indexdef")}
    from pg_indexes where schemaname = ${schema} and tablename in ${tables}
    union all
    select relname, conname, ${unqualified("pg_get_constraintdef(pg_constraint.oid)")}
    from pg_constraint join pg_class on pg_class.oid = conrelid
    where relnamespace = ${schema}::regnamespace and relname in ${tables}
    order by 1, 2, 3
  `.execute(database.db);
  return rows;
}
