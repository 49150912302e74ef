// Pure: of which time Twilio's lists are read. A window has its first instant, and not its last.
import { addMs } from "../../base/clock.ts";
import { DAY_MS, HOUR_MS } from "../../base/durations.ts";
import type { Days } from "../day.ts";

export interface Window {
  readonly from: Date;
  readonly to: Date;
}

export function lastHours(hours: number, now: Date): Window {
  return { from: addMs(now, -hours * HOUR_MS), to: now };
}

/** UTC days, both included, as far as they have gone by. */
export function windowOfDays({ from, to }: Days, now: Date): Window {
  const end = addMs(new Date(to), DAY_MS);
  return { from: new Date(from), to: end < now ? end : now };
}

export function isWithin({ from, to }: Window, at: Date): boolean {
  return at >= from && at < to;
}

/**
 * What Twilio is asked for: at least the window. Its filters are documented by day, a `before` as the beginning of one,
 * and may honour the time or not; so the end is put off to the next midnight, and the rest is left to `isWithin`.
 */
export function datesAround({ from, to }: Window): { readonly after: Date; readonly before: Date } {
  return { after: from, before: new Date(Math.ceil(to.getTime() / DAY_MS) * DAY_MS) };
}
