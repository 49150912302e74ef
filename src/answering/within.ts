import type { Clock } from "../base/clock.ts";

/** What a promise resolves to, or undefined when that takes longer than `ms` milliseconds; the promise goes on. */
export async function within<T>(
  clock: Pick<Clock, "sleep">,
  ms: number,
  promise: Promise<T>,
): Promise<T | undefined> {
  const isDecided = new AbortController();
  const timeUp = clock.sleep(ms, isDecided.signal).then(() => undefined);
  try {
    return await Promise.race([promise, timeUp]);
  } finally {
    isDecided.abort();
  }
}
