// Pure: of which time Twilio's lists are read. A window has its first instant, and not its last.
import { addMs } from "../base/clock.ts";

export interface Window {
  readonly from: Date;
  readonly to: Date;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export function lastHours(hours: number, now: Date): Window {
  return { from: addMs(now, -hours * HOUR_MS), to: now };
}

/** UTC days, both included, as far as they have gone by. */
export function windowOfDays({ from, to }: Days, now: Date): Window {
  const end = addMs(new Date(to), DAY_MS);
  return { from: new Date(from), to: end < now ? end : now };
}

/** A range of UTC days, such as 2026-03-01, both included. */
export interface Days {
  readonly from: string;
  readonly to: string;
}

/** The days before today. */
export function lastDays(count: number, now: Date): Days {
  return { from: dayOf(addMs(now, -count * DAY_MS)), to: dayOf(addMs(now, -DAY_MS)) };
}

export function eachDay({ from, to }: Days): readonly string[] {
  const days: string[] = [];
  for (let day = from; day <= to; day = dayOf(addMs(new Date(day), DAY_MS))) days.push(day);
  return days;
}

export function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
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
