// Pure: when Twilio is asked about a call or message of which the end or the segments are missing. Most is known within
// minutes of the end; what is late takes up to a day, and after two days nothing more is to be expected.
import { addMs } from "../base/clock.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const CHECKS_AFTER_MS = [5 * MINUTE_MS, HOUR_MS, 24 * HOUR_MS, 48 * HOUR_MS];

/** The next check that is still ahead; undefined after the last one. */
export function nextCheckAt(startedAt: Date, now: Date): Date | undefined {
  return CHECKS_AFTER_MS.map((afterMs) => addMs(startedAt, afterMs)).find((at) => at > now);
}
