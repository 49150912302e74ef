import { sql } from "kysely";
import { expect, test } from "vitest";
import { createTestDatabase, describeEachDatabase } from "../../test/support/databases.ts";
import { cuttableLine } from "../../test/support/outage.ts";
import { createLogger } from "../base/log.ts";
import { type Database, openDatabase } from "./connect.ts";
import { type PlannedStatement, step } from "./planned-queries.ts";

const ONE: PlannedStatement<[], { one: number }> = { name: "one", query: sql`select 1 as one` };
const one = (database: Database) => database.planned.transaction(step(ONE, []));

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

describeEachDatabase("planned statements", (kind) => {
  test("of a transaction in which one statement fails nothing is left, and the next one succeeds", async () => {
    const testDatabase = await createTestDatabase(kind);
    const database = await openDatabase(testDatabase.url, createLogger("silent"));
    await sql`create table kept (number integer)`.execute(database.db);
    const keep: PlannedStatement<[number], { number: number }> = {
      name: "keep",
      query: sql`insert into kept values (${sql.raw("$1::integer")}) returning number`,
    };
    const divide: PlannedStatement<[number], unknown> = {
      name: "divide",
      query: sql`select 1 / ${sql.raw("$1::integer")}`,
    };
    const { planned } = database;
    await expect(planned.transaction(step(keep, [1]), step(divide, [0]))).rejects.toThrow("division by zero");
    await expect(planned.transaction(step(divide, [0]), step(keep, [2]))).rejects.toThrow("division by zero");
    expect(await planned.transaction(step(keep, [3]), step(divide, [1]))).toEqual([{ number: 3 }]);
    expect((await sql`select * from kept`.execute(database.db)).rows).toEqual([{ number: 3 }]);
    await database.close();
    await testDatabase.drop();
  });
});
