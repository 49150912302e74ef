import { sql } from "kysely";
import { expect, test } from "vitest";
import { createTestDatabase } from "../../test/support/databases.ts";
import { cuttableLine } from "../../test/support/outage.ts";
import { createLogger } from "../base/log.ts";
import { type Database, openDatabase } from "./connect.ts";
import type { PlannedStatement } from "./planned-queries.ts";

const ONE: PlannedStatement<[], { one: number }> = { name: "one", query: sql`select 1 as one` };
const one = (database: Database) => database.planned.transaction((execute) => execute(ONE, []));

test("a statement whose connection has fallen silent fails in seconds, and the next one gets another", async () => {
  const testDatabase = await createTestDatabase("PostgreSQL");
  const line = await cuttableLine(testDatabase.url);
  const database = await openDatabase(line.url, createLogger("silent"));
  expect(await one(database)).toEqual([{ one: 1 }]);
  line.cut();
  await expect(one(database)).rejects.toThrow(/timeout/);
  expect(await one(database)).toEqual([{ one: 1 }]);
  await line.close();
  await database.close();
  await testDatabase.drop();
}, 20_000);
