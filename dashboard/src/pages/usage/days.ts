// Days, UTC, as text; what usage is counted by.
import type * as limits from "../../../../src/usage/day-limits.ts";
import { countDays } from "../../components/days.ts";
import type { View } from "./search.ts";

const DAY_MS = 86_400_000;
/** As many as the API takes at once, whose own limits the types of these are. */
const MAX_COMPARED_DAYS: typeof limits.MAX_COMPARED_DAYS = 366;
export const MAX_RECONCILED_DAYS: typeof limits.MAX_RECONCILED_DAYS = 31;

export function maxDaysOf(view: View | undefined): number | undefined {
  return view === "twilio" ? MAX_COMPARED_DAYS : undefined;
}

export interface Days {
  readonly from: string;
  readonly to: string;
}

function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}

/** The last so many days, today included. */
export function lastDays(count: number, now: Date): Days {
  return { from: dayOf(new Date(now.getTime() - (count - 1) * DAY_MS)), to: dayOf(now) };
}

export function thisMonth(now: Date): Days {
  return { from: `${dayOf(now).slice(0, 8)}01`, to: dayOf(now) };
}

export function lastMonth(now: Date): Days {
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()];
  return {
    from: dayOf(new Date(Date.UTC(year, month - 1, 1))),
    to: dayOf(new Date(Date.UTC(year, month, 0))),
  };
}

/** More bars than these are too thin to be seen. */
const MAX_BARS = 400;

export type Period = "day" | "month";

/** What a range is drawn and listed by. */
export function periodOf({ from, to }: Days): Period {
  return countDays(from, to) > MAX_BARS ? "month" : "day";
}

/** Every day of a range, as the API writes it, or every month; of centuries, the first months. */
export function eachPeriod(days: Days): readonly string[] {
  const { from, to } = days;
  if (periodOf(days) === "day")
    return eachOf(countDays(from, to), (index) => dayOf(new Date(Date.parse(from) + index * DAY_MS)));
  const [first, last] = [new Date(from), new Date(to)];
  const months =
    (last.getUTCFullYear() - first.getUTCFullYear()) * 12 + last.getUTCMonth() - first.getUTCMonth() + 1;
  return eachOf(months, (index) =>
    dayOf(new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + index))).slice(0, 7),
  );
}

function eachOf(count: number, period: (index: number) => string): readonly string[] {
  return Array.from({ length: Math.max(0, Math.min(count, MAX_BARS)) }, (_, index) => period(index));
}
