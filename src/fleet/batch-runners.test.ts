import { expect, test } from "vitest";
import { openTestDatabase } from "../../test/support/databases.ts";
import { systemClock } from "../base/clock.ts";
import { createLogger } from "../base/log.ts";
import { listDueBatches } from "./batch-lease-store.ts";
import { BatchRunners } from "./batch-runners.ts";
import { insertBatch } from "./batch-store.ts";

const MANY = 40;

const ofFleet = Array.from({ length: MANY }, (_, index) => ({ id: `batch_${index}`, orgId: "org_fleet" }));
const anas = { id: "batch_ana", orgId: "org_ana" };

test("an organization with more batches than a node can run keeps nobody else's waiting", async () => {
  const begun: string[] = [];
  const end = Promise.withResolvers<void>();
  const run = async (id: string) => {
    begun.push(id);
    await end.promise;
  };
  const runners = new BatchRunners({ clock: systemClock, log: createLogger("silent"), run });
  for (const batch of ofFleet) void runners.start(batch);
  expect(begun.length).toBeLessThan(MANY);
  void runners.start(anas);
  expect(begun).toContain(anas.id);
  end.resolve();
  await runners.stop();
});

test("a batch that is resumed while its run is ending goes on at once", async () => {
  const [ending, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const runs: (() => Promise<void>)[] = [() => ending.promise, async () => second.resolve()];
  const run = async () => runs.shift()?.();
  const runners = new BatchRunners({ clock: systemClock, log: createLogger("silent"), run });
  const ended = runners.start(anas);
  void runners.start(anas);
  ending.resolve();
  await second.promise;
  await ended;
  expect(runs).toEqual([]);
  await runners.stop();
});

test("what nobody runs is taken up in turns of the organizations, not of who has begun the most", async () => {
  const database = await openTestDatabase();
  const now = systemClock.now();
  const plan = {
    intent: { action: "configure" },
    selection: {},
    selectedCount: 0,
    phoneNumberIds: undefined,
    actor: { userId: "user_1", role: "owner" },
    appliedBy: undefined,
    applyWhenPlanned: undefined,
    undoes: undefined,
  } as const;
  for (const batch of [...ofFleet, anas]) await insertBatch(database.db, { ...plan, ...batch }, now);
  const due = await listDueBatches(database.db, now, 2);
  expect(due).toHaveLength(2);
  expect(due).toContainEqual(anas);
  await database.close();
});
