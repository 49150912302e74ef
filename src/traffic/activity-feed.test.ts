import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase } from "../../test/support/databases.ts";
import { addMs, systemClock } from "../base/clock.ts";
import { createLogger } from "../base/log.ts";
import type { Database } from "../db/connect.ts";
import { ActivityFeed } from "./activity-feed.ts";
import { BEGAN, freshSid, message, seedNumber } from "./traffic.testing.ts";
import { recordReports } from "./traffic-store.ts";

const log = createLogger("silent");

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase("PostgreSQL");
  await seedNumber(database.db);
});
afterAll(() => database.close());

/** The real time, in which nobody waits for long. */
const quickClock = {
  now: () => systemClock.now(),
  sleep: (_ms: number, end?: AbortSignal) => systemClock.sleep(5, end),
};

test("a message that is delivered after hundreds of newer ones is told", async () => {
  const oldest = freshSid("SM");
  const newer = Array.from({ length: 250 }, (_, index) =>
    message(freshSid("SM"), "sent", { startedAt: addMs(BEGAN, 1_000 * (index + 1)) }),
  );
  await recordReports(database.db, [message(oldest, "sent"), ...newer], new Date("2026-01-10T12:10:00Z"));
  const end = new AbortController();
  const watching = new ActivityFeed({ db: database.db, clock: quickClock, log }).watch("org_1", end.signal);
  expect((await watching.next()).value).toBe("open");
  await recordReports(database.db, [message(oldest, "delivered")], systemClock.now());
  let told = await watching.next();
  while (told.value === undefined && !told.done) told = await watching.next();
  expect(told.value).toMatchObject({ kind: "message", message: { sid: oldest, status: "delivered" } });
  await watching.return();
  end.abort();
});

test("a change whose transaction took its time is told, once", async () => {
  const sid = freshSid("SM");
  const end = new AbortController();
  const watching = new ActivityFeed({ db: database.db, clock: quickClock, log }).watch("org_1", end.signal);
  expect((await watching.next()).value).toBe("open");
  await recordReports(database.db, [message(sid, "sent")], addMs(systemClock.now(), -5_000));
  const told: unknown[] = [];
  for await (const activity of watching) {
    if (activity !== undefined) told.push(activity);
    else if (told.length > 0) break;
  }
  expect(told).toMatchObject([{ kind: "message", message: { sid } }]);
  end.abort();
});
