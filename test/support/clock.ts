import type { Clock } from "../../src/index.ts";

/** The real time, in which nobody waits: retries follow each other at once. */
export const impatientClock: Clock = {
  now: () => new Date(),
  sleep: async () => {},
  random: () => 0.5,
};

/** A time that stands still until it is moved. */
export function settableClock(
  start = new Date("2026-01-01T00:00:00Z"),
): Clock & { advance(ms: number): void } {
  let now = start.getTime();
  return {
    now: () => new Date(now),
    sleep: async () => {},
    random: () => 0.5,
    advance: (ms) => {
      now += ms;
    },
  };
}
