// Many numbers and agents: what they cost to load, to follow and to keep.
import type { KyselyPlugin } from "kysely";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type DatabaseKind, describeEachDatabase } from "../../test/support/databases.ts";
import { openRoutingWorld, type RoutingWorld, say } from "./routing.testing.ts";

const ACCOUNT = "ACone";
/** More than a page of each on PostgreSQL; PGlite writes so many rows too slowly for a test. */
const NUMBERS: Record<DatabaseKind, number> = { PostgreSQL: 10_000, PGlite: 2_000 };
const AGENTS = 1_001;

describeEachDatabase("a table of many numbers", (kind) => {
  const count = NUMBERS[kind];
  let world: RoutingWorld;
  beforeAll(async () => {
    world = await openRoutingWorld(kind);
    await world.addAgents(AGENTS, say("Hello"));
    await world.addNumbers(count);
  }, 120_000);
  afterAll(() => world.close());

  test("follows all of them at once with some queries, holds each agent once, and is what a load gives", {
    timeout: 120_000,
  }, async () => {
    let queries = 0;
    const countQueries: KyselyPlugin = {
      transformQuery: ({ node }) => {
        queries++;
        return node;
      },
      transformResult: async ({ result }) => result,
    };
    const table = await world.follow({ db: world.database.db.withPlugin(countQueries) });
    queries = 0;
    await world.assignAll(AGENTS);
    await vi.waitFor(() => expect(table.numberCount).toBe(count), { timeout: 30_000 });
    // A thousand numbers a query, each followed by one for agents; and what has just begun to arrive by itself.
    expect(queries).toBeLessThan(count / 100);

    const loaded = await world.load();
    expect(loaded.numberCount).toBe(count);
    const voices = new Set<unknown>();
    for (let n = 1; n <= count; n++) {
      const route = loaded.find(ACCOUNT, `+${n}`);
      expect(table.find(ACCOUNT, `+${n}`)).toEqual(route);
      expect(route?.agentId).toBe(`agent_${1 + (n % AGENTS)}`);
      voices.add(route?.voice);
    }
    expect(voices.size).toBe(AGENTS);
  });
});
