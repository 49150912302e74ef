// Days, UTC, as text; what usage is counted by.
import type * as limits from "../../../../src/usage/day-limits.ts";
import { countDays } from "../../components/days.ts";
import type { View } from "./search.ts";

const DAY_MS = 86_400_000;
/** As many as the API takes at once, whose own limits the types of these are. */
export const MAX_REPORT_DAYS: typeof limits.MAX_REPORT_DAYS = 400;
const MAX_COMPARED_DAYS: typeof limits.MAX_COMPARED_DAYS = 366;
export const MAX_RECONCILED_DAYS: typeof limits.MAX_RECONCILED_DAYS = 31;

export function maxDaysOf(view: View | undefined): number {
  return view === "twilio" ? MAX_COMPARED_DAYS : MAX_REPORT_DAYS;
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

/** Every day of a range, at most `limit`. */
export function eachDay({ from, to }: Days, limit: number): readonly string[] {
  return Array.from({ length: Math.max(0, Math.min(countDays(from, to), limit)) }, (_, index) =>
    dayOf(new Date(Date.parse(from) + index * DAY_MS)),
  );
}
