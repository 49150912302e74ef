import { sql } from "kysely";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/support/databases.ts";
import { addMs, type Clock, systemClock } from "../base/clock.ts";
import { createLogger } from "../base/log.ts";
import { type Database, openDatabase } from "./connect.ts";

const HOUR_MS = 3_600_000;
/** More than machines differ by that are busy with tests. */
const NEAR_MS = 1_500;
const log = createLogger("silent");

let testDatabase: TestDatabase;
let node: Database;
beforeEach(async () => {
  testDatabase = await createTestDatabase("PostgreSQL");
});
afterEach(async () => {
  await node.close();
  await testDatabase.drop();
});

/** A machine's clock that is wrong, and in no hurry but to measure again. */
function wrongClock(aheadMs: number): Clock & { aheadMs: number } {
  return {
    aheadMs,
    now() {
      return addMs(systemClock.now(), this.aheadMs);
    },
    sleep: (ms, signal) => systemClock.sleep(ms / 1_000, signal),
    random: () => 0.5,
  };
}

async function differenceMs({ clock, db }: Database): Promise<number> {
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(db);
  return Math.abs(clock.now().getTime() - (rows[0]?.now.getTime() ?? 0));
}

test.each([HOUR_MS, -HOUR_MS])(
  "a node whose clock is wrong by %i ms goes by the database's time",
  async (aheadMs) => {
    node = await openDatabase(testDatabase.url, log, wrongClock(aheadMs));
    expect(await differenceMs(node)).toBeLessThan(NEAR_MS);
    expect(Math.abs(node.clock.offsetMs + aheadMs)).toBeLessThan(NEAR_MS);
  },
);

test("a clock that is put right while the node runs, or goes wrong, is followed", async () => {
  const machine = wrongClock(HOUR_MS);
  node = await openDatabase(testDatabase.url, log, machine);
  for (const aheadMs of [0, -HOUR_MS]) {
    machine.aheadMs = aheadMs;
    await vi.waitFor(async () => expect(await differenceMs(node)).toBeLessThan(NEAR_MS), {
      interval: 5,
      timeout: 10_000,
    });
  }
});

test("what a measurement may err by leaves a node's clock as it is", async () => {
  node = await openDatabase(testDatabase.url, log, wrongClock(50));
  expect(node.clock.offsetMs).toBe(0);
});
