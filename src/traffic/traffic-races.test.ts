// Two nodes, or a callback and the reconciliation, report of one call or message in the same moment. PostgreSQL only: the
// embedded database has one connection.
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase } from "../../test/support/databases.ts";
import type { Database } from "../db/connect.ts";
import { recordedCallOrder } from "./call-status.ts";
import { call, entriesOf, freshSid, message, rollup, seedNumber, summedEntries } from "./traffic.testing.ts";
import type { TrafficReport } from "./traffic-report.ts";
import { recordReports } from "./traffic-store.ts";

const NOW = new Date("2026-01-10T12:10:00Z");

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase("PostgreSQL");
  await seedNumber(database.db);
});
afterAll(() => database.close());

/** The second begins while the first has not committed, and waits for it. */
async function recordAtOnce(first: TrafficReport, second: TrafficReport): Promise<void> {
  const { db } = database;
  const waiting = await db.transaction().execute(async (transaction) => {
    await recordReports(transaction, [first], NOW);
    const recorded = recordReports(db, [second], NOW);
    await expect.poll(async () => (await waitingForLocks()).length).toBe(1);
    return { recorded };
  });
  await waiting.recorded;
  expect(await rollup(db)).toEqual(await summedEntries(db));
}

async function waitingForLocks(): Promise<readonly unknown[]> {
  const { rows } = await sql`select pid from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`.execute(database.db);
  return rows;
}

test("a message that is sent and fails at once is not charged", async () => {
  const sid = freshSid("SM");
  await recordAtOnce(message(sid, "sent", { segments: 1 }), message(sid, "failed", { segments: 1 }));
  expect(await entriesOf(database.db, sid)).toMatchObject([
    { revision: 0, count: 1, segments: 1 },
    { revision: 1, count: -1, segments: -1 },
  ]);
});

test("segments that are learnt while the message is charged provisionally are charged", async () => {
  const sid = freshSid("SM");
  await recordAtOnce(message(sid, "delivered"), message(sid, "queued", { segments: 3 }));
  expect(await entriesOf(database.db, sid)).toMatchObject([
    { revision: 0, segments: 1, is_provisional: true },
    { revision: 1, segments: 2, is_provisional: false },
  ]);
});

test("what Twilio's own record says corrects what a callback said in that moment", async () => {
  const sid = freshSid("CA");
  const record = {
    durationSeconds: 62,
    statusOrder: recordedCallOrder("completed"),
    price: "0.02",
    priceUnit: "USD",
  };
  await recordAtOnce(call(sid, "completed", { durationSeconds: 61 }), call(sid, "completed", record));
  expect(await entriesOf(database.db, sid)).toMatchObject([
    { revision: 0, seconds: 61, price: null },
    { revision: 1, seconds: 1, price: "0.020000" },
  ]);
});

test("of two equal reports one is charged", async () => {
  const sid = freshSid("CA");
  const ended = call(sid, "completed", { durationSeconds: 5 });
  await recordAtOnce(ended, ended);
  expect(await entriesOf(database.db, sid)).toMatchObject([{ revision: 0, count: 1, seconds: 5 }]);
});
