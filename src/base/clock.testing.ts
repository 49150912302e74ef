import { addMs, type Clock } from "./clock.ts";

export interface TestClock extends Clock {
  /** Every sleep so far, in milliseconds. */
  readonly slept: readonly number[];
  advance(ms: number): void;
}

/**
 * A clock that moves only when somebody sleeps or says so: a sleep takes no time and is written down.
 *
 * @param onSleep what happens elsewhere in the meantime
 */
export function testClock(onSleep: (ms: number) => void = () => {}): TestClock {
  let now = new Date("2026-01-01T00:00:00Z");
  const slept: number[] = [];
  const advance = (ms: number) => {
    now = addMs(now, ms);
  };
  return {
    slept,
    advance,
    now: () => now,
    random: () => 0.5,
    sleep: async (ms) => {
      slept.push(ms);
      advance(ms);
      onSleep(ms);
    },
  };
}
