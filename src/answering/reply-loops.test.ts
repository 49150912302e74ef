import { expect, test } from "vitest";
import { testClock } from "../base/clock.testing.ts";
import { ReplyLoops } from "./reply-loops.ts";

const PAIR = { from: "+14155559999", to: "+14155550100" };

/** Two programs that answer each other every second. @returns how many of their messages were replied to */
function exchange(
  loops: ReplyLoops,
  clock: ReturnType<typeof testClock>,
  messages: number,
  everyMs: number,
  repliesEach = 1,
): number {
  let replies = 0;
  for (let i = 0; i < messages; i++) {
    clock.advance(everyMs);
    if (loops.isLooping(PAIR)) continue;
    loops.noteReplies(PAIR, repliesEach);
    replies++;
  }
  return replies;
}

test("two programs that answer each other get twenty replies, and then silence for as long as they go on", () => {
  const clock = testClock();
  expect(exchange(new ReplyLoops(clock), clock, 200, 1_000)).toBe(20);
});

test("each message of a reply counts", () => {
  const clock = testClock();
  expect(exchange(new ReplyLoops(clock), clock, 200, 1_000, 5)).toBe(4);
});

test("after a pause there are replies again", () => {
  const clock = testClock();
  const loops = new ReplyLoops(clock);
  exchange(loops, clock, 30, 1_000);
  clock.advance(15_001);
  expect(loops.isLooping(PAIR)).toBe(false);
});

test("somebody who takes longer than a pause is always answered", () => {
  const clock = testClock();
  expect(exchange(new ReplyLoops(clock), clock, 50, 15_001)).toBe(50);
});

test("messages that are not replied to count for nothing", () => {
  const loops = new ReplyLoops(testClock());
  for (let i = 0; i < 50; i++) expect(loops.isLooping(PAIR)).toBe(false);
});

test("one pair's loop is not another's", () => {
  const clock = testClock();
  const loops = new ReplyLoops(clock);
  exchange(loops, clock, 30, 1_000);
  expect(loops.isLooping(PAIR)).toBe(true);
  expect(loops.isLooping({ ...PAIR, from: "+14155559998" })).toBe(false);
  expect(loops.isLooping({ ...PAIR, to: "+14155550101" })).toBe(false);
});
