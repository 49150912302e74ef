/** Days as `2026-01-31`, both included; an end that is not given is open. */
export interface DayRange {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

const DAY_MS = 86_400_000;

/** Why a range cannot be asked for; undefined for one that can, and while an end is open. */
export function faultOfRange({ from, to }: DayRange, maxDays = Number.POSITIVE_INFINITY): string | undefined {
  if (from === undefined || to === undefined) return undefined;
  if (to < from) return "The last day is before the first";
  return countDays(from, to) > maxDays ? `At most ${maxDays} days at once` : undefined;
}

/** Both included. */
export function countDays(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS) + 1;
}

/** A day of an address; undefined for anything else. */
export function parseDay(value: unknown): string | undefined {
  return typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value))
    ? value
    : undefined;
}

/** A range of days in the reader's zone, as the API takes a range of time: from its first moment to before its end. */
export function momentsOf({ from, to }: DayRange) {
  return {
    ...(from === undefined ? {} : { from: midnight(from, 0) }),
    ...(to === undefined ? {} : { to: midnight(to, 1) }),
  };
}

function midnight(day: string, daysLater: number): string {
  const date = new Date(`${day}T00:00:00`);
  date.setDate(date.getDate() + daysLater);
  return date.toISOString();
}
