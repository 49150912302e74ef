import { sql } from "kysely";
import { expect, test } from "vitest";
import { createTestDatabase } from "../../test/support/databases.ts";
import { cuttableLine } from "../../test/support/outage.ts";
import { createLogger } from "../base/log.ts";
import { openDatabase } from "./connect.ts";

const one = sql<{ one: number }>`select 1 as one`;

test("a statement whose connection has fallen silent fails in seconds, and the next one gets another", async () => {
  const testDatabase = await createTestDatabase("PostgreSQL");
  const line = await cuttableLine(testDatabase.url);
  const database = await openDatabase(line.url, createLogger("silent"));
  expect(await database.planned.execute("one", one)).toEqual([{ one: 1 }]);
  line.cut();
  await expect(database.planned.execute("one", one)).rejects.toThrow(/timeout/);
  expect(await database.planned.execute("one", one)).toEqual([{ one: 1 }]);
  await line.close();
  await database.close();
  await testDatabase.drop();
}, 20_000);
