import { array, assert, asyncProperty, constantFrom, integer, tuple } from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { type TestClock, testClock } from "../base/clock.testing.ts";
import { HOUR_MS } from "../base/durations.ts";
import { INITIAL_CONCURRENCY } from "./concurrency-controller.ts";
import { type Feedback, type Priority, QueueFullError, RequestGate, type Turn } from "./request-gate.ts";

const LIMIT = INITIAL_CONCURRENCY.limit;
/** With a limit of 20, one place is left free by batches. */
const FOR_BATCHES = LIMIT - 1;
const NEVER = new AbortController().signal;

const CLEAN: Feedback = { outcome: "clean", kind: "GET", durationMs: 50, account: undefined, pauseMs: 0 };
const REFUSED: Feedback = { ...CLEAN, outcome: "refused" };

let clock: TestClock;
let gate: RequestGate;
let begun: string[];

beforeEach(() => {
  clock = testClock();
  gate = new RequestGate(clock);
  begun = [];
});

async function enter(name: string, priority: Priority, signal = NEVER): Promise<Turn> {
  const turn = await gate.enter(priority, signal);
  begun.push(name);
  return turn;
}

function fill(count: number, priority: Priority): Promise<readonly Turn[]> {
  return Promise.all(Array.from({ length: count }, () => gate.enter(priority, NEVER)));
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

function end(turn: Turn | undefined, feedback = CLEAN): Promise<unknown> {
  turn?.answered(feedback);
  turn?.leave();
  return settled();
}

describe("so many at once", () => {
  test("as the limit says begin without waiting, and the next when one has ended", async () => {
    const [first] = await fill(LIMIT, "interactive");
    void enter("next", "interactive");
    await settled();
    expect(gate).toMatchObject({ underWay: LIMIT, waiting: 1 });
    expect(begun).toEqual([]);
    await end(first);
    expect(begun).toEqual(["next"]);
  });

  test("are fewer after a refusal", async () => {
    const turns = await fill(LIMIT, "interactive");
    turns[0]?.answered(REFUSED);
    expect(gate.limit).toBeLessThan(LIMIT);
    void enter("next", "interactive");
    await end(turns[1]);
    expect(begun).toEqual([]);
  });

  test("include one that keeps its place to be repeated", async () => {
    const [first] = await fill(LIMIT, "interactive");
    void enter("next", "interactive");
    first?.answered(CLEAN);
    await settled();
    expect(begun).toEqual([]);
    first?.leave();
    await settled();
    expect(begun).toEqual(["next"]);
  });
});

describe("whoever waits", () => {
  test("goes before any batch, whenever they came", async () => {
    const turns = await fill(LIMIT, "interactive");
    void enter("batch 1", "batch");
    void enter("batch 2", "batch");
    void enter("somebody", "interactive");
    void enter("somebody else", "interactive");
    for (const turn of turns.slice(0, 4)) await end(turn);
    expect(begun).toEqual(["somebody", "somebody else", "batch 1"]);
  });

  test("goes before a batch, but not for ever: every twenty-first place is the batch's", async () => {
    const turns = [...(await fill(LIMIT, "interactive"))];
    void enter("batch", "batch");
    void enter("batch", "batch");
    for (let asked = 0; asked < 50; asked++) {
      void enter("somebody", "interactive").then((turn) => turns.push(turn));
    }
    for (let ended = 0; ended < 42; ended++) await end(turns.shift());
    const isBatch = begun.flatMap((name, index) => (name === "batch" ? [index] : []));
    expect(isBatch).toEqual([20, 41]);
  });

  test("finds a place, though a batch has more to do than it may", async () => {
    void fill(1_000, "batch");
    await settled();
    expect(gate.underWay).toBe(FOR_BATCHES);
    await enter("somebody", "interactive");
    expect(begun).toEqual(["somebody"]);
  });

  test("is not asked to leave a place free where there is one only", async () => {
    let turns = await fill(1, "batch");
    while (gate.limit > 1) {
      await end(turns[0], { ...REFUSED, account: 1 });
      turns = await fill(1, "batch");
    }
    void enter("batch", "batch");
    await end(turns[0]);
    expect(begun).toEqual(["batch"]);
  });
});

describe("what is given up", () => {
  test("leaves the queue at once, and the rest in its order", async () => {
    const [first, second] = await fill(LIMIT, "interactive");
    const given = new AbortController();
    void enter("one", "interactive");
    const abandoned = enter("two", "interactive", given.signal);
    void enter("three", "interactive");
    given.abort(new Error("No longer wanted"));
    await expect(abandoned).rejects.toThrow("No longer wanted");
    expect(gate.waiting).toBe(2);
    await end(first);
    await end(second);
    expect(begun).toEqual(["one", "three"]);
  });

  test("before it comes never enters", async () => {
    await expect(gate.enter("batch", AbortSignal.abort(new Error("Too late")))).rejects.toThrow("Too late");
    expect(gate.isIdle).toBe(true);
  });

  test("once it is under way goes on", async () => {
    const given = new AbortController();
    const turn = await gate.enter("batch", given.signal);
    given.abort();
    expect(gate.underWay).toBe(1);
    await end(turn);
    expect(gate.isIdle).toBe(true);
  });

  test("by thousands with one signal is gone by one", async () => {
    await fill(LIMIT, "interactive");
    const given = new AbortController();
    const all = Array.from({ length: 5_000 }, () => gate.enter("batch", given.signal));
    given.abort(new Error("Cancelled"));
    const outcomes = await Promise.allSettled(all);
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(["rejected"]));
    expect(gate.waiting).toBe(0);
  });
});

test("a queue that nobody would wait in is refused, and those of the other priority are not", async () => {
  await fill(LIMIT, "interactive");
  for (let index = 0; index < 10_000; index++) void gate.enter("batch", new AbortController().signal);
  await expect(gate.enter("batch", NEVER)).rejects.toThrow(QueueFullError);
  void enter("somebody", "interactive");
  expect(gate.waiting).toBe(10_001);
});

describe("when Twilio asks to be left alone", () => {
  test("nothing begins before that, and everything goes on by itself afterwards", async () => {
    const [first] = await fill(2, "interactive");
    await end(first, { ...REFUSED, pauseMs: 7_000 });
    const before = clock.now();
    await enter("next", "interactive");
    expect(clock.now().getTime() - before.getTime()).toBe(7_000);
  });

  test("it is not left alone for longer than a minute", async () => {
    const [first] = await fill(2, "interactive");
    await end(first, { ...REFUSED, pauseMs: HOUR_MS });
    const before = clock.now();
    await enter("next", "interactive");
    expect(clock.now().getTime() - before.getTime()).toBe(60_000);
  });

  test("nobody is woken where nobody waits", async () => {
    const [first] = await fill(2, "interactive");
    await end(first, { ...REFUSED, pauseMs: 7_000 });
    expect(clock.slept).toEqual([]);
  });
});

test("whatever comes, is answered and is given up: nobody is forgotten, and nothing is left behind", async () => {
  const anyStep = tuple(
    constantFrom("come", "come", "end", "give up"),
    constantFrom<Priority>("interactive", "batch"),
    constantFrom<Feedback["outcome"]>("clean", "clean", "refused", "failed"),
    integer({ min: 0, max: 1_000 }),
  );
  await assert(
    asyncProperty(array(anyStep, { maxLength: 200 }), async (steps) => {
      const tried = new RequestGate(testClock());
      const waiting: AbortController[] = [];
      const turns: Turn[] = [];
      let came = 0;
      let gone = 0;
      const finish = (turn: Turn | undefined, outcome: Feedback["outcome"]) => {
        if (!turn) return;
        turn.answered({ ...CLEAN, outcome });
        turn.leave();
        gone += 1;
      };
      for (const [step, priority, outcome, pick] of steps) {
        if (step === "come") {
          came += 1;
          const given = new AbortController();
          waiting.push(given);
          tried.enter(priority, given.signal).then(
            (turn) => turns.push(turn),
            () => (gone += 1),
          );
        }
        if (step === "end") finish(turns.splice(pick % Math.max(1, turns.length), 1)[0], outcome);
        if (step === "give up") waiting.splice(pick % Math.max(1, waiting.length), 1)[0]?.abort();
        await Promise.resolve();
        await Promise.resolve();
        expect(tried.underWay + tried.waiting).toBe(came - gone);
      }
      await settled();
      for (let turn = turns.pop(); turn; turn = turns.pop()) {
        finish(turn, "clean");
        await settled();
      }
      expect(gone).toBe(came);
      expect(tried.isIdle).toBe(true);
    }),
    { numRuns: 50 },
  );
});
