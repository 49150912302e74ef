import type { Clock } from "./clock.ts";

/**
 * Whether some work was done in time. If not, it goes on and nobody hears of its end. Rejects when the work fails in time.
 */
export async function isDoneWithin(
  clock: Pick<Clock, "sleep">,
  timeoutMs: number,
  work: Promise<unknown>,
): Promise<boolean> {
  const timer = new AbortController();
  const tooLate = clock.sleep(timeoutMs, timer.signal).then(
    () => false,
    () => false,
  );
  try {
    return await Promise.race([work.then(() => true), tooLate]);
  } finally {
    timer.abort();
  }
}
