import type { Clock } from "./clock.ts";

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

/**
 * Whether some work was done in time. If not, it goes on and nobody hears of its end. Rejects when the work fails in time.
 */
export async function isDoneWithin(
  clock: Pick<Clock, "sleep">,
  timeoutMs: number,
  work: Promise<unknown>,
): Promise<boolean> {
  const isDone = await within(
    clock,
    timeoutMs,
    work.then(() => true),
  );
  return isDone ?? false;
}
