import { sql } from "kysely";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openTestDatabase } from "../../test/support/databases.ts";
import { testClock } from "../base/clock.testing.ts";
import { systemClock } from "../base/clock.ts";
import { createLogger } from "../base/log.ts";
import type { Change } from "./change.ts";
import type { ChangeChannel, ChannelListener } from "./change-channel.ts";
import { ChangeFeed } from "./change-feed.ts";
import type { Database } from "./connect.ts";
import { keepFresh, type MemoryCopy } from "./memory-copy.ts";

const log = createLogger("silent");
let database: Database;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const announce = (sids: readonly string[]) =>
  sql`
  select pg_notify('switchhook_change', jsonb_build_array('twilio_account', sid)::text)
  from jsonb_array_elements_text(${JSON.stringify(sids)}::jsonb) as sid
`.execute(database.db);

interface TestCopy extends MemoryCopy {
  readonly refreshed: string[][];
  reloads: number;
}

/** Hears of accounts; `before` runs first whenever it is to do something, and may fail. */
function testCopy(before: (what: "reload" | "refresh") => Promise<void> = async () => {}): TestCopy {
  const refreshed: string[][] = [];
  return {
    name: "test",
    refreshed,
    reloads: 0,
    concerns: ({ table }) => table === "twilio_account",
    async reload() {
      await before("reload");
      this.reloads++;
    },
    async refresh(changes) {
      await before("refresh");
      refreshed.push(changes.map(sidOf));
    },
  };
}

function sidOf(change: Change): string {
  if (change.table !== "twilio_account") throw new Error(`Not concerned: ${change.table}`);
  return change.sid;
}

const follow = (copy: MemoryCopy) => keepFresh({ clock: testClock(), log }, database.changes, copy);

test("it is loaded once, and what changes is read again", async () => {
  const copy = testCopy();
  await follow(copy);
  await announce(["one"]);
  await database.changes.barrier();
  expect(copy).toMatchObject({ reloads: 1, refreshed: [["one"]] });
});

test("what does not concern it leaves it alone", async () => {
  const copy = testCopy();
  await follow(copy);
  await sql`select pg_notify('switchhook_change', '["agent","org","id"]')`.execute(database.db);
  await database.changes.barrier();
  expect(copy.refreshed).toEqual([]);
});

test("what changes in one transaction is read again in one go", async () => {
  const copy = testCopy();
  await follow(copy);
  const sids = Array.from({ length: 1_000 }, (_, index) => `AC${index}`);
  await announce(sids);
  await database.changes.barrier();
  expect(copy.refreshed).toEqual([sids]);
});

test("what changes while it is read is read after that, all at once", async () => {
  const [first, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const copy = testCopy(async (what) => {
    if (what !== "refresh") return;
    first.resolve();
    await go.promise;
  });
  await follow(copy);
  await announce(["one"]);
  await first.promise;
  for (const sid of ["two", "three"]) await announce([sid]);
  go.resolve();
  await database.changes.barrier();
  expect(copy.refreshed).toEqual([["one"], ["two", "three"]]);
});

test("what changes during the first load is read after it", async () => {
  const copy = testCopy(async (what) => {
    if (what === "reload") await announce(["during the load"]);
  });
  await follow(copy);
  await database.changes.barrier();
  expect(copy).toMatchObject({ reloads: 1, refreshed: [["during the load"]] });
});

test("a first load that fails is the caller's to know", async () => {
  const failing = follow(testCopy(() => Promise.reject(new Error("no table"))));
  await expect(failing).rejects.toThrow("no table");
});

test("what could not be read is tried again, with what has changed meanwhile, until it can", async () => {
  let failures = 3;
  const copy = testCopy(async (what) => {
    if (what !== "refresh" || failures === 0) return;
    failures--;
    if (failures === 1) await announce(["meanwhile"]);
    throw new Error("no database");
  });
  const clock = testClock();
  await keepFresh({ clock, log }, database.changes, copy);
  await announce(["one"]);
  await vi.waitFor(() => expect(copy.refreshed).toEqual([["one", "meanwhile"]]));
  expect(clock.slept).toEqual([50, 100, 200]);
});

test("a barrier waits for nothing that comes after it", async () => {
  const go = Promise.withResolvers<void>();
  const copy = testCopy(async (what) => {
    if (what === "refresh" && copy.refreshed.length === 1) await go.promise;
  });
  await follow(copy);
  await announce(["before"]);
  const barrier = database.changes.barrier();
  await announce(["after"]);
  await barrier;
  expect(copy.refreshed).toEqual([["before"]]);
  go.resolve();
});

test("after a gap it loads everything, and if that fails, everything again", async () => {
  const hand = handChannel();
  const feed = new ChangeFeed(hand, { clock: systemClock, log });
  let failures = 0;
  const copy = testCopy(async () => {
    if (failures-- > 0) throw new Error("no database");
  });
  await keepFresh({ clock: testClock(), log }, feed, copy);
  failures = 3;
  hand.listener.onPayload('["twilio_account","before the gap"]');
  hand.listener.onGap();
  await feed.barrier();
  expect(copy).toMatchObject({ reloads: 2, refreshed: [] });
});

test("closing ends the attempts at once", async () => {
  const hand = handChannel();
  const feed = new ChangeFeed(hand, { clock: systemClock, log });
  const copy = testCopy((what) =>
    what === "reload" ? Promise.resolve() : Promise.reject(new Error("down")),
  );
  await keepFresh({ clock: systemClock, log }, feed, copy);
  hand.listener.onPayload('["twilio_account","one"]');
  await feed.close();
  hand.listener.onPayload('["twilio_account","two"]');
  expect(copy.refreshed).toEqual([]);
});

/** A channel on which the test itself speaks. */
function handChannel(): ChangeChannel & { listener: ChannelListener } {
  return {
    isListening: true,
    listener: { onPayload: () => {}, onGap: () => {} },
    async listen(listener) {
      this.listener = listener;
    },
    echo: async () => {},
    close: async () => {},
  };
}
