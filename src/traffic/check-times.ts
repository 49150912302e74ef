// Pure: when Twilio is asked about a call or message of which the end or the segments are missing. Most is known within
// minutes of the end; what is late takes up to a day, and after two days nothing more is to be expected.
import { addMs } from "../base/clock.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../base/durations.ts";

const CHECKS_AFTER_MS = [5 * MINUTE_MS, HOUR_MS, DAY_MS, 2 * DAY_MS];

/** The next check that is still ahead; undefined after the last one. */
export function nextCheckAt(startedAt: Date, now: Date): Date | undefined {
  return CHECKS_AFTER_MS.map((afterMs) => addMs(startedAt, afterMs)).find((at) => at > now);
}
