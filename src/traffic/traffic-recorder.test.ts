import { setImmediate } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase } from "../../test/support/databases.ts";
import { testClock } from "../base/clock.testing.ts";
import { createLogger } from "../base/log.ts";
import { createMetrics } from "../base/metrics.ts";
import type { Database } from "../db/connect.ts";
import { ACCOUNT, call, entriesOf, freshSid, message, seedNumber } from "./traffic.testing.ts";
import { type RecorderLimits, TrafficRecorder } from "./traffic-recorder.ts";
import type { TrafficRecord } from "./traffic-report.ts";

const log = createLogger("silent");
let database: Database;
beforeAll(async () => {
  database = await openTestDatabase();
  await seedNumber(database.db);
});
afterAll(() => database.close());

function newRecorder(limits?: Partial<RecorderLimits>, { planned } = database) {
  const metrics = createMetrics();
  const clock = testClock();
  const recorder = new TrafficRecorder(
    { planned, clock, log, metrics },
    { maxWaiting: 100, maxBatch: 10, ...limits },
  );
  const batches = async () => (await metrics.trafficBatch.get()).values;
  const statements = async () =>
    (await batches()).find(({ metricName }) => metricName?.endsWith("_count"))?.value;
  return { recorder, statements, refused: async () => (await metrics.trafficRefused.get()).values[0]?.value };
}

const ended = (sid = freshSid("CA")): TrafficRecord => ({
  report: call(sid, "completed", { durationSeconds: 5 }),
});

test("what waits while one statement runs goes out together in the next", async () => {
  const { recorder, statements } = newRecorder();
  const first = recorder.record(ended());
  while ((await statements()) !== 1) await setImmediate();
  await Promise.all([first, ...Array.from({ length: 10 }, () => recorder.record(ended()))]);
  expect(await statements()).toBe(2);
});

test("what comes in turn after turn of the event loop goes out together", async () => {
  const { recorder, statements } = newRecorder();
  const recording: Promise<unknown>[] = [];
  for (let turn = 0; turn < 5; turn++) {
    const nextTurn = setImmediate();
    recording.push(recorder.record(ended()));
    await nextTurn;
  }
  await Promise.all(recording);
  expect(await statements()).toBe(1);
});

test("a batch has a bound", async () => {
  const { recorder, statements } = newRecorder({ maxBatch: 3 });
  await Promise.all(Array.from({ length: 10 }, () => recorder.record(ended())));
  expect(await statements()).toBe(4);
});

test("of many that wait half go out, so that the others are ready when these are answered", async () => {
  const { recorder, statements } = newRecorder({ goodBatch: 2 });
  await Promise.all(Array.from({ length: 8 }, () => recorder.record(ended())));
  // Four, two, and two, for a good batch is not parted.
  expect(await statements()).toBe(3);
});

test("the next batch is on its way before anybody is answered", async () => {
  const { recorder, statements } = newRecorder({ goodBatch: 2 });
  const first = recorder.record(ended());
  const others = Array.from({ length: 3 }, () => recorder.record(ended()));
  await first;
  expect(await statements()).toBe(2);
  await Promise.all(others);
});

test("a batch has a bound for the reports of one call, for each takes a statement of its own", async () => {
  const { recorder, statements } = newRecorder({ maxOfOne: 3 });
  const one = freshSid("CA");
  await Promise.all(
    [ended(), ...Array.from({ length: 7 }, () => ended(one)), ended()].map((record) =>
      recorder.record(record),
    ),
  );
  // One of another call and three of the one, three, and the last of the one with what came after it.
  expect(await statements()).toBe(3);
});

/** A callback that somebody has filled up: its parameters alone take more than `sizeBytes`. */
function filled(sizeBytes: number): TrafficRecord {
  const sid = freshSid("CA");
  const event = {
    accountSid: ACCOUNT,
    sid,
    status: "completed",
    discriminator: "",
    params: { Padding: "x".repeat(sizeBytes) },
    receivedAt: new Date("2026-01-10T12:00:00Z"),
  };
  return { event };
}

test("a batch of large records has a bound in bytes, and the largest goes alone", async () => {
  const { recorder, statements } = newRecorder({ maxBatchBytes: 25_000 });
  const sizes = [5_000, 5_000, 5_000, 5_000, 50_000, 5_000];
  await Promise.all(sizes.map((sizeBytes) => recorder.record(filled(sizeBytes))));
  // 5,000 characters take some 11 kB, so: two, two, the large one, and the last.
  expect(await statements()).toBe(4);
});

test("what may wait has a bound in bytes, which is free again once it is stored", async () => {
  const { recorder, refused } = newRecorder({ maxWaitingBytes: 25_000 });
  const outcomes = await Promise.allSettled([1, 2, 3, 4, 5].map(() => recorder.record(filled(5_000))));
  expect(outcomes.map(({ status }) => status)).toEqual([
    ...Array(2).fill("fulfilled"),
    ...Array(3).fill("rejected"),
  ]);
  expect(outcomes.at(-1)).toMatchObject({ reason: { code: "overloaded" } });
  expect(await refused()).toBe(3);
  await Promise.all([recorder.record(filled(5_000)), recorder.record(filled(5_000))]);
});

test("a record is durable when its promise resolves", async () => {
  const { recorder } = newRecorder();
  const sid = freshSid("CA");
  await recorder.record(ended(sid));
  expect(await entriesOf(database.db, sid)).toHaveLength(1);
});

test("more than may wait is refused at once and counted, and the others are stored", async () => {
  const { recorder, refused } = newRecorder({ maxWaiting: 5 });
  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => recorder.record(ended())));
  expect(outcomes.map(({ status }) => status)).toEqual([
    ...Array(5).fill("fulfilled"),
    ...Array(5).fill("rejected"),
  ]);
  expect(outcomes.at(-1)).toMatchObject({ reason: { code: "overloaded" } });
  expect(await refused()).toBe(5);
});

test("a record that the database does not take costs the others nothing", async () => {
  const { recorder } = newRecorder();
  const [before, after] = [freshSid("CA"), freshSid("CA")];
  const impossible = { report: message(freshSid("SM"), "sent", { segments: 2 ** 40 }) };
  const outcomes = await Promise.allSettled(
    [ended(), ended(before), impossible, ended(after)].map((record) => recorder.record(record)),
  );
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
  for (const sid of [before, after]) expect(await entriesOf(database.db, sid)).toHaveLength(1);
});

test("without a database a record is refused with what it means, and the next one is tried again", async () => {
  const gone = await openTestDatabase();
  const { recorder } = newRecorder({}, gone);
  await gone.close();
  await expect(recorder.record(ended())).rejects.toMatchObject({ code: "database_unreachable" });
  await expect(recorder.record(ended())).rejects.toMatchObject({ code: "database_unreachable" });
});

test("draining waits for everything that was taken", async () => {
  const { recorder } = newRecorder();
  const sids = Array.from({ length: 20 }, () => freshSid("CA"));
  const recording = sids.map((sid) => recorder.record(ended(sid)));
  await recorder.drain();
  for (const sid of sids) expect(await entriesOf(database.db, sid)).toHaveLength(1);
  await Promise.all(recording);
});
