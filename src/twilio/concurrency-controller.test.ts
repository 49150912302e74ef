import { array, assert, boolean, constantFrom, double, integer, option, property, record } from "fast-check";
import { describe, expect, test } from "vitest";
import { afterAnswer, type Concurrency, INITIAL_CONCURRENCY } from "./concurrency-controller.ts";
import type { Answer } from "./round-trip.ts";
import { simulate } from "./simulated-twilio.testing.ts";

const LATENCY_MS = 20;
const SECOND_MS = 1_000;

/** An answer as it comes while many are under way and others wait: to a request that was sent after all others' answers. */
function answer(serial: number, facts: Partial<Answer> = {}): Answer {
  return {
    outcome: "clean",
    serial,
    lastSerial: serial,
    own: 20,
    account: undefined,
    slowness: 1,
    isHeldBack: true,
    ...facts,
  };
}

function learntFrom(answers: readonly Answer[], from: Concurrency = INITIAL_CONCURRENCY): Concurrency {
  return answers.reduce(afterAnswer, from);
}

const many = (count: number, facts: Partial<Answer> = {}, since = 1) =>
  Array.from({ length: count }, (_, index) => answer(since + index, facts));

/** What is known after one refusal of so many. */
const atCeiling = (account: number) => learntFrom([answer(1, { outcome: "refused", account, own: account })]);

describe("before anything was refused", () => {
  test("clean answers make room for more while others wait", () => {
    expect(learntFrom(many(80)).limit).toBe(INITIAL_CONCURRENCY.limit + 10);
  });

  test.each([
    ["nobody waits", { isHeldBack: false }],
    ["requests fail", { outcome: "failed" }],
    ["every answer takes longer than it used to", { slowness: 1.6 }],
  ] satisfies [string, Partial<Answer>][])("there is no reason for more where %s", (_what, facts) => {
    expect(learntFrom(many(80, facts)).limit).toBe(INITIAL_CONCURRENCY.limit);
  });
});

describe("a refusal", () => {
  test("lowers the limit to a share of what Twilio said was too many", () => {
    expect(atCeiling(16)).toMatchObject({ ceiling: 15, limit: 13.5 });
  });

  test("is counted once for all that was sent before it was known", () => {
    const burst = Array.from({ length: 12 }, (_, index) =>
      answer(9 + index, { outcome: "refused", account: 16, lastSerial: 20 }),
    );
    expect(learntFrom(burst)).toMatchObject({ ceiling: 15, limit: 13.5 });
  });

  test("lowers it again when fewer are too many as well", () => {
    const once = atCeiling(16);
    const twice = afterAnswer(once, answer(2, { outcome: "refused", account: 11, own: 11 }));
    expect(twice).toMatchObject({ ceiling: 10, limit: 9 });
  });

  test.each([0, 1, 3])("never takes more than half, though Twilio said %i", (account) => {
    expect(atCeiling(account).limit).toBeGreaterThanOrEqual(INITIAL_CONCURRENCY.limit / 2);
  });

  test("without Twilio's number is judged by our own", () => {
    const refused = answer(1, { outcome: "refused", own: 16 });
    expect(learntFrom([refused])).toMatchObject({ ceiling: 15, limit: 13.5 });
  });

  test("leaves one request, however often it comes", () => {
    expect(learntFrom(many(500, { outcome: "refused", own: 1, account: 1 })).limit).toBe(1);
  });
});

describe("at the ceiling", () => {
  test("the limit comes back step by step, and stays", () => {
    let state = atCeiling(16);
    const limits = many(15, { own: 10 }, 2).map((next) => {
      state = afterAnswer(state, next);
      return state.limit;
    });
    expect(limits.slice(0, 3)).toEqual([14.5, 15, 15]);
    expect(limits.at(-1)).toBe(15);
  });

  test("it is questioned later and later while nothing changes", () => {
    let state = atCeiling(16);
    const roundsBetween: number[] = [];
    for (let serial = 2, since = serial; serial < 2_000; serial++) {
      const isTooMany = state.limit > 15;
      state = afterAnswer(
        state,
        answer(serial, isTooMany ? { outcome: "refused", account: 16, own: 16 } : { own: 15 }),
      );
      if (!isTooMany) continue;
      roundsBetween.push(serial - since);
      since = serial;
    }
    expect(roundsBetween.length).toBeGreaterThan(3);
    expect(roundsBetween.slice(1)).toEqual(roundsBetween.slice(1).toSorted((a, b) => a - b));
  });

  test("what Twilio bears is believed, whatever was refused before", () => {
    const borne = afterAnswer(atCeiling(16), answer(2, { account: 40, own: 10 }));
    expect(borne.ceiling).toBe(40);
  });
});

describe("what others have under way on the account", () => {
  test("is not ours to use", () => {
    const shared = learntFrom(many(20, { own: 10, account: 15 }, 2), atCeiling(16));
    expect(shared.others).toBe(5);
    expect(shared.limit).toBeCloseTo(10, 1);
  });

  test("is free again once they have gone", () => {
    const shared = learntFrom(many(20, { own: 5, account: 15 }, 2), atCeiling(16));
    const alone = learntFrom(many(30, { own: 10, account: 10 }, 22), shared);
    expect(shared.limit).toBeCloseTo(5, 1);
    expect(alone.limit).toBe(15);
  });
});

describe("slow answers", () => {
  const grown = learntFrom(many(400));

  test("make the limit smaller, though nothing is refused, but not smaller than at the start", () => {
    const slow = afterAnswer(grown, answer(401, { slowness: 3 }));
    expect(slow.limit).toBeCloseTo(grown.limit * 0.9);
    expect(learntFrom(many(100, { slowness: 3 }, 402), slow).limit).toBe(INITIAL_CONCURRENCY.limit);
  });

  test("are none where one of the same round trip is as fast as ever", () => {
    const mixed = Array.from({ length: 100 }, (_, index) =>
      answer(401 + index, { slowness: index % 10 === 0 ? 1 : 5, lastSerial: 421 + index }),
    );
    const after = learntFrom(mixed, grown);
    expect(after.limit).toBeGreaterThanOrEqual(grown.limit);
  });
});

const anyAnswers = array(
  record({
    outcome: constantFrom<Answer["outcome"]>("clean", "refused", "failed"),
    lag: integer({ min: 0, max: 50 }),
    own: integer({ min: 1, max: 1_000 }),
    account: option(integer({ min: 0, max: 1_000_000 }), { nil: undefined }),
    slowness: double({ min: 1, max: 1_000, noNaN: true }),
    isHeldBack: boolean(),
  }),
  { maxLength: 300 },
);

test("whatever is answered, there is a limit of 1 or more, and a refusal never raises it", () => {
  assert(
    property(anyAnswers, (answers) => {
      let state = INITIAL_CONCURRENCY;
      for (const [index, { lag, ...facts }] of answers.entries()) {
        const next = afterAnswer(state, {
          ...facts,
          serial: Math.max(1, index - lag),
          lastSerial: index + 1,
        });
        expect(next.limit).toBeGreaterThanOrEqual(1);
        expect(next.limit).toSatisfy(Number.isFinite);
        expect(next.others).toBeGreaterThanOrEqual(0);
        const atMost = facts.outcome === "refused" ? state.limit : Number.POSITIVE_INFINITY;
        expect(next.limit).toBeLessThanOrEqual(atMost);
        state = next;
      }
    }),
  );
});

describe("against a Twilio that does not say its limit", () => {
  const FLOOR = 1 / 1.15;

  test.each([
    // With few places, the one that batches leave free is a large share; and the start was far too high.
    { limit: 5, used: 0.7, refused: 0.03 },
    { limit: 50, used: FLOOR, refused: 0.01 },
    { limit: 500, used: FLOOR, refused: 0.01 },
  ])("$limit at once are found and used, and whoever asks meanwhile hardly waits", async (expected) => {
    const durationMs = 6 * SECOND_MS;
    const seen = await simulate({
      limit: () => expected.limit,
      latencyMs: LATENCY_MS,
      jitter: 0.2,
      durationMs,
    });
    const learnt = seen.between(2 * SECOND_MS, durationMs);
    expect(learnt.used).toBeGreaterThan(expected.used);
    expect(learnt.refused).toBeLessThan(0.01);
    expect(seen.between(0, durationMs).refused).toBeLessThan(expected.refused);
    const waits = seen.interactiveMs.toSorted((a, b) => a - b);
    expect(waits.length).toBeGreaterThan(30);
    expect(waits[Math.floor(waits.length * 0.95)]).toBeLessThanOrEqual(2 * LATENCY_MS);
  });

  // What a batch of a fleet must reach, from the first request on: what is spent on learning counts.
  test.each([1, 2, 3, 4, 5])("10,000 writes end within 1.15 times the floor (seed %i)", async (seed) => {
    const [writes, limit, latencyMs] = [10_000, 50, 100];
    const allowedMs = (1.15 * writes * latencyMs) / limit;
    const seen = await simulate({ limit: () => limit, latencyMs, jitter: 0.2, durationMs: allowedMs, seed });
    expect(seen.processes[0]?.answered(0, allowedMs)).toBeGreaterThanOrEqual(writes);
    expect(seen.between(0, allowedMs).refused).toBeLessThan(0.01);
    expect(seen.interactiveMs.length).toBeGreaterThan(50);
    // All but the odd one that was refused itself.
    const inTime = seen.interactiveMs.filter((waitMs) => waitMs <= 2 * latencyMs);
    expect(inTime.length / seen.interactiveMs.length).toBeGreaterThan(0.99);
  });

  test("a limit that Twilio lowers and raises is found again", async () => {
    const limit = (nowMs: number) => {
      if (nowMs < 4 * SECOND_MS) return 50;
      return nowMs < 8 * SECOND_MS ? 5 : 200;
    };
    const seen = await simulate({ limit, latencyMs: LATENCY_MS, jitter: 0.2, durationMs: 16 * SECOND_MS });
    expect(seen.between(2 * SECOND_MS, 4 * SECOND_MS).used).toBeGreaterThan(FLOOR);
    expect(seen.between(6 * SECOND_MS, 8 * SECOND_MS).used).toBeGreaterThan(0.7);
    expect(seen.between(6 * SECOND_MS, 8 * SECOND_MS).refused).toBeLessThan(0.02);
    expect(seen.between(14 * SECOND_MS, 16 * SECOND_MS).used).toBeGreaterThan(FLOOR);
  });

  test("nor how many are under way, the limit is found as well", async () => {
    const durationMs = 6 * SECOND_MS;
    const seen = await simulate({
      limit: () => 50,
      latencyMs: LATENCY_MS,
      jitter: 0.2,
      durationMs,
      isSilent: true,
    });
    const learnt = seen.between(2 * SECOND_MS, durationMs);
    expect(learnt.used).toBeGreaterThan(FLOOR);
    expect(learnt.refused).toBeLessThan(0.01);
  });

  test.each([
    ["start together", [0, 0, 0]],
    ["come one after the other", [0, 1 * SECOND_MS, 2 * SECOND_MS]],
  ])("three processes of one account share it when they %s", async (_what, startsMs) => {
    const durationMs = 12 * SECOND_MS;
    const seen = await simulate({
      limit: () => 50,
      latencyMs: LATENCY_MS,
      jitter: 0.2,
      durationMs,
      startsMs,
    });
    const learnt = seen.between(5 * SECOND_MS, durationMs);
    expect(learnt.used).toBeGreaterThan(FLOOR);
    expect(learnt.refused).toBeLessThan(0.01);
    const each = seen.processes.map((process) => process.answered(5 * SECOND_MS, durationMs));
    expect(Math.max(...each) / Math.min(...each)).toBeLessThan(2);
  });

  test("where more only makes all of them slower, there are not more", async () => {
    const durationMs = 10 * SECOND_MS;
    const seen = await simulate({ limit: () => 10_000, capacity: 30, latencyMs: LATENCY_MS, durationMs });
    expect(seen.processes[0]?.gate.limit).toBeGreaterThan(30);
    expect(seen.processes[0]?.gate.limit).toBeLessThan(65);
  });
});
