import type { Clock } from "./clock.ts";

/** Options that make an lru-cache live by our clock, which in a test is the test's. */
export function byClock(clock: Pick<Clock, "now">) {
  // Otherwise it looks at the clock once a millisecond of real time.
  return { perf: { now: () => clock.now().getTime() }, ttlResolution: 0 };
}
