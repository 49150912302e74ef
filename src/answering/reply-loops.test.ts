import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { describeEachDatabase, openTestDatabase } from "../../test/support/databases.ts";
import { type TestClock, testClock } from "../base/clock.testing.ts";
import { MINUTE_MS } from "../base/durations.ts";
import { createLogger } from "../base/log.ts";
import type { Database } from "../db/connect.ts";
import { textReply } from "./reply.ts";
import { MAX_RUN, MAX_RUN_BOTH_WAYS, PAUSE_MS, ReplyLoops } from "./reply-loops.ts";
import { extendRun, type Pair, type Runs } from "./reply-run-store.ts";

const SECOND_MS = 1_000;
const PAIR: Pair = { from: "+14155559999", to: "+14155550100" };
const TURNED: Pair = { from: PAIR.to, to: PAIR.from };
const log = createLogger("silent");

let clock: TestClock;
beforeEach(() => {
  clock = testClock();
});

const REPLY = textReply("And you?").parts;

/** A node that hears of no other. */
function lonelyNode(): ReplyLoops {
  return new ReplyLoops({ clock, log, extendRun: () => Promise.reject(new Error("no database")) });
}

/** Messages that follow each other. @returns how many were answered */
function exchange(loops: ReplyLoops, messages: number, everyMs: number, pair = PAIR): number {
  let answered = 0;
  for (let i = 0; i < messages; i++) {
    clock.advance(everyMs);
    if (loops.mayReply(pair, REPLY)) answered++;
  }
  return answered;
}

describe("a node by itself", () => {
  test.each([
    ["a second", SECOND_MS],
    ["8 seconds, which makes replies late", 8 * SECOND_MS],
    ["16 seconds, as both agents are slow", 16 * SECOND_MS],
    ["a minute, as long as an agent may take", MINUTE_MS],
    ["almost a pause", PAUSE_MS - 1],
  ])("falls silent towards somebody who writes at once for ever, a message every %s", (_name, everyMs) => {
    expect(exchange(lonelyNode(), MAX_RUN + 1, everyMs)).toBe(MAX_RUN);
  });

  test.each([
    ["ten messages in two minutes", 10, 12 * SECOND_MS],
    ["thirty in two minutes", 30, 4 * SECOND_MS],
    ["ninety in an hour and a half", 90, MINUTE_MS],
    ["a thousand, each after a pause", 1_000, PAUSE_MS + 1],
  ])("answers all of a person's %s", (_name, messages, everyMs) => {
    expect(exchange(lonelyNode(), messages, everyMs)).toBe(messages);
  });

  test("answers again a pause after its last reply, however many messages have come meanwhile", () => {
    const loops = lonelyNode();
    exchange(loops, MAX_RUN, SECOND_MS);
    expect(exchange(loops, 59, PAUSE_MS / 60)).toBe(0);
    clock.advance(PAUSE_MS / 60);
    expect(exchange(loops, MAX_RUN + 1, SECOND_MS)).toBe(MAX_RUN);
  });

  test("cuts earlier where the sender's messages are answered by an agent here as well", () => {
    const loops = lonelyNode();
    let turns = 0;
    while (loops.mayReply(turns % 2 === 0 ? PAIR : TURNED, REPLY)) {
      clock.advance(8 * SECOND_MS);
      turns++;
    }
    expect(turns).toBe(2 * MAX_RUN_BOTH_WAYS);
  });

  test("cuts earlier where a number writes to itself", () => {
    expect(exchange(lonelyNode(), 50, SECOND_MS, { from: PAIR.to, to: PAIR.to })).toBe(MAX_RUN_BOTH_WAYS);
  });

  test("knows one pair's loop from another's", () => {
    const loops = lonelyNode();
    exchange(loops, MAX_RUN, SECOND_MS);
    expect(loops.isLooping(PAIR)).toBe(true);
    expect(loops.isLooping({ ...PAIR, from: "+14155559998" })).toBe(false);
    expect(loops.isLooping({ ...PAIR, to: "+14155550101" })).toBe(false);
  });

  test.each([
    ["get no reply", []],
    ["are handed on to somebody else", [{ text: "They say hello", mediaUrls: [], to: "+14155550199" }]],
  ])("takes any number of messages that %s", (_name, parts) => {
    const loops = lonelyNode();
    for (let i = 0; i <= MAX_RUN; i++) expect(loops.mayReply(PAIR, parts)).toBe(true);
    expect(loops.isLooping(PAIR)).toBe(false);
  });

  test("asks as often as it likes whether there is a loop, and counts nothing", () => {
    const loops = lonelyNode();
    for (let i = 0; i <= MAX_RUN; i++) expect(loops.isLooping(PAIR)).toBe(false);
  });
});

describeEachDatabase("several nodes", (kind) => {
  let database: Database;
  let heard: Promise<Runs>[];
  beforeAll(async () => {
    database = await openTestDatabase(kind);
  });
  beforeEach(async () => {
    heard = [];
    await database.db.deleteFrom("reply_run").execute();
  });
  afterAll(() => database.close());

  const node = () =>
    new ReplyLoops({
      clock,
      log,
      extendRun: (extension) => {
        const runs = extendRun(database.db, extension);
        heard.push(runs);
        return runs;
      },
    });

  /** One message after the other, each at the next node. @returns how many were answered */
  async function exchangeAmong(nodes: readonly ReplyLoops[], pairs: readonly Pair[], everyMs: number) {
    let answered = 0;
    for (let i = 0; i < 3 * MAX_RUN; i++) {
      clock.advance(everyMs);
      const isAnswered = nodes[i % nodes.length]?.mayReply(pairs[i % pairs.length] ?? PAIR, REPLY);
      await Promise.all(heard);
      if (!isAnswered) break;
      answered++;
    }
    return answered;
  }

  test("count together, and one hears of the others with its own next reply", async () => {
    const answered = await exchangeAmong([node(), node(), node()], [PAIR], 16 * SECOND_MS);
    expect(answered).toBeGreaterThanOrEqual(MAX_RUN);
    expect(answered).toBeLessThan(MAX_RUN + 3);
  });

  test("know of each other's that both sides are agents, even where each node hears one side alone", async () => {
    const answered = await exchangeAmong([node(), node()], [PAIR, TURNED], 8 * SECOND_MS);
    expect(answered).toBeGreaterThanOrEqual(2 * MAX_RUN_BOTH_WAYS);
    expect(answered).toBeLessThan(2 * MAX_RUN_BOTH_WAYS + 3);
  });

  test("begin anew after a pause, all of them", async () => {
    const nodes = [node(), node()];
    await exchangeAmong(nodes, [PAIR], SECOND_MS);
    clock.advance(PAUSE_MS);
    expect(await exchangeAmong(nodes, [PAIR], SECOND_MS)).toBeGreaterThanOrEqual(MAX_RUN);
  });
});
