import { Kysely, PostgresDialect, sql } from "kysely";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/support/databases.ts";
import { type CuttableLine, cuttableLine } from "../../test/support/outage.ts";
import { createLogger } from "../base/log.ts";
import { openBoundedPool, withoutSuspects } from "./bounded-pool.ts";
import { openDatabase } from "./connect.ts";

const BOUNDS = { size: 1, statementTimeoutMs: 500, answerTimeoutMs: 1_000 };

let testDatabase: TestDatabase;
let line: CuttableLine;
let db: Kysely<unknown>;
let lost: number;
const onLost = () => void lost++;
beforeAll(async () => {
  testDatabase = await createTestDatabase("PostgreSQL");
});
beforeEach(async () => {
  lost = 0;
  line = await cuttableLine(testDatabase.url);
  const pool = openBoundedPool({ connectionString: line.url }, onLost, BOUNDS);
  db = new Kysely({ dialect: new PostgresDialect({ pool: withoutSuspects(pool) }) });
});
afterEach(async () => {
  await db.destroy();
  await line.close();
});
afterAll(() => testDatabase.drop());

/** Which of the server's processes answers. */
async function backend(of: Kysely<unknown> = db): Promise<number | undefined> {
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(of);
  return rows[0]?.pid;
}

test("a query whose connection has fallen silent fails in time, and the next one gets another", async () => {
  const before = await backend();
  line.cut();
  await expect(backend()).rejects.toThrow(/timeout/);
  expect(await backend()).not.toBe(before);
});

test("a transaction in the silence fails once, and does not wait for its rollback as well", async () => {
  const before = await backend();
  let failedAt = 0;
  const working = db.transaction().execute(async (tx) => {
    line.cut();
    try {
      await backend(tx);
    } finally {
      failedAt = performance.now();
    }
  });
  await expect(working).rejects.toThrow(/timeout/);
  expect(performance.now() - failedAt).toBeLessThan(500);
  expect(await backend()).not.toBe(before);
});

test("a connection that breaks between two statements fails the second, and is told of", async () => {
  const other = await openDatabase(testDatabase.url, createLogger("silent"));
  const working = db.transaction().execute(async (tx) => {
    await sql`select pg_terminate_backend(${await backend(tx)}, 5000)`.execute(other.db);
    await vi.waitFor(() => expect(lost).toBe(1));
    await backend(tx);
  });
  await expect(working).rejects.toThrow(/terminat|not queryable|connection/i);
  expect(await backend()).toBeGreaterThan(0);
  await other.close();
});

test("what PostgreSQL itself refuses costs no connection", async () => {
  const before = await backend();
  await expect(sql`select 1 / 0`.execute(db)).rejects.toThrow("division by zero");
  expect(await backend()).toBe(before);
});

test("a statement that takes too long is ended by the server, and holds nothing any more", async () => {
  const before = await backend();
  await expect(sql`select pg_sleep(5)`.execute(db)).rejects.toThrow("statement timeout");
  expect(await backend()).toBe(before);
});

test("the database of a node has bounds for its statements and its open transactions", async () => {
  const database = await openDatabase(testDatabase.url, createLogger("silent"));
  const { rows } = await sql`select current_setting('statement_timeout') as statement,
    current_setting('idle_in_transaction_session_timeout') as idle`.execute(database.db);
  expect(rows).toEqual([{ statement: "1min", idle: "1min" }]);
  await database.close();
});
