// What is too much for one statement: done in slices, each of which is over in a moment and locks little.
import type { Clock } from "./clock.ts";
import { MINUTE_MS } from "./durations.ts";

/** No slice is begun later: the rest goes with the next run. A job may take 15 minutes (jobs/jobs.ts). */
export const SLICING_MS = 10 * MINUTE_MS;

/**
 * Goes on until a slice has found nothing more to do, or the time is over.
 *
 * @param slice does some of it, and says how much that was
 * @returns how much it was altogether
 */
export async function inSlices(
  clock: Pick<Clock, "now">,
  endsAt: Date,
  slice: () => Promise<number>,
): Promise<number> {
  let total = 0;
  while (clock.now() < endsAt) {
    const count = await slice();
    total += count;
    if (count === 0) break;
  }
  return total;
}
