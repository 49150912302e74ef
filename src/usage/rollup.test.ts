import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/support/databases.ts";
import { createLogger } from "../base/log.ts";
import { type Database, openDatabase } from "../db/connect.ts";
import { recordTraffic } from "../traffic/traffic-store.ts";
import { endedCall } from "./usage.testing.ts";

const NODES = 3;
const STATEMENTS = 20;
const CALLS = 30;

let files: TestDatabase;
let nodes: readonly Database[];
beforeAll(async () => {
  files = await createTestDatabase("PostgreSQL");
  const open = () => openDatabase(files.url, createLogger("silent"));
  nodes = [await open(), ...(await Promise.all(Array.from({ length: NODES - 1 }, open)))];
});
afterAll(async () => {
  await Promise.all(nodes.map((node) => node.close()));
  await files.drop();
});

/** Calls of several agents, in another order each time. */
function calls(offset: number) {
  return Array.from({ length: CALLS }, (_, index) => ({
    report: endedCall(61, {
      agentId: `agent_${(index * 7 + offset) % 5}`,
      phoneNumberId: `phone_${index % 3}`,
    }),
  }));
}

test("nodes that record for the same agents at once leave both rollups whole", async () => {
  await Promise.all(
    nodes.map(async (node, offset) => {
      for (let statement = 0; statement < STATEMENTS; statement++) {
        await recordTraffic(node, calls(offset + statement), new Date("2026-03-10T12:00:00Z"));
      }
    }),
  );
  const sums = await Promise.all(
    ["usage_daily", "usage_agent_daily"].map((table) =>
      sql`select agent_id, sum(count)::int as count, sum(minutes)::int as minutes from ${sql.table(table)}
        group by agent_id order by agent_id`.execute((nodes[0] as Database).db),
    ),
  );
  const each = (NODES * STATEMENTS * CALLS) / 5;
  const expected = [0, 1, 2, 3, 4].map((n) => ({ agent_id: `agent_${n}`, count: each, minutes: each * 2 }));
  expect(sums.map(({ rows }) => rows)).toEqual([expected, expected]);
});
