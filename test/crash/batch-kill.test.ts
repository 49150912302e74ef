// Processes are killed at random moments of a batch, and of a batch that undoes one. With BATCH_KILLS there are so many; each
// takes some seconds, so a usual run has a few.
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";
import { BatchLine, type Kill } from "./batch-line.ts";

const { BATCH_KILLS, BATCH_SEED } = process.env;
const killCount = Number(BATCH_KILLS ?? 6);
/** A failure names the seed that repeats it. */
const seed = Number(BATCH_SEED ?? 20_260_101);
const MAX_TURNS = 60;

describeEachDatabase("a process that is killed in the middle of a batch", (database) => {
  let line: BatchLine;
  beforeAll(async () => {
    line = await BatchLine.begin(database);
  });
  afterAll(() => line.end());

  test(`leaves every number changed or untouched, ${killCount} times (BATCH_SEED=${seed})`, {
    timeout: 60_000 + killCount * 20_000,
  }, async () => {
    const chance = randomFrom(seed);
    const kill = (): Kill => ({
      requestCount: Math.floor(chance() * (line.requestCount + 1)),
      turns: Math.floor(chance() * MAX_TURNS),
      isCancelled: chance() < 0.4,
    });
    const ends = new Set<string>();
    for (let kills = 0; kills < killCount; kills += 2) {
      for (const held of await line.applyAndUndo(kill(), kill())) ends.add(held);
    }
    // Each way out is taken, or the kills were not where they were meant to be.
    expect([...ends].toSorted()).toEqual(["changed", "untouched"]);
  });
});

/** Numbers from 0 to 1 that are the same for the same seed: xorshift32. */
function randomFrom(start: number): () => number {
  let state = start || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
