// Days, UTC, as text; what usage is counted by.
const DAY_MS = 86_400_000;

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
  const count = Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS) + 1;
  return Array.from({ length: Math.max(0, Math.min(count, limit)) }, (_, index) =>
    dayOf(new Date(Date.parse(from) + index * DAY_MS)),
  );
}
