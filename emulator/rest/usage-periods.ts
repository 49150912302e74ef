import { utcDay } from "../formats.ts";
import { invalidParameter } from "../twilio-error.ts";

/** UTC days, YYYY-MM-DD, both included. */
export interface Period {
  readonly start: string;
  readonly end: string;
}

const DAY_MS = 86_400_000;

export const dayBefore = (day: string): string => utcDay(Date.parse(day) - DAY_MS);

/** Every day of the period, the last one first; nothing when it ends before it starts. */
export function daysOf({ start, end }: Period): string[] {
  const days: string[] = [];
  for (let day = end; day >= start; day = dayBefore(day)) days.push(day);
  return days;
}

/** What StartDate and EndDate leave of `widest`. */
export function periodIn(query: URLSearchParams, widest: Period): Period {
  const start = readDay(query, "StartDate", widest.end) ?? widest.start;
  const end = readDay(query, "EndDate", widest.end) ?? widest.end;
  return { start: later(start, widest.start), end: earlier(end, widest.end) };
}

const later = (a: string, b: string): string => (a.localeCompare(b) > 0 ? a : b);
const earlier = (a: string, b: string): string => (a.localeCompare(b) < 0 ? a : b);

// YYYY-MM-DD, or days from today: -30days. A plus sign that nobody encoded arrives as a space.
function readDay(query: URLSearchParams, param: string, today: string): string | null {
  const text = query.get(param);
  if (text === null) return null;
  const offset = /^([+ -]?\d{1,5})days?$/.exec(text)?.[1];
  if (offset !== undefined) return utcDay(Date.parse(today) + Number(offset) * DAY_MS);
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
  if (!isDay) throw invalidParameter(`${param} is not a date: ${text}`);
  return text;
}
