import { utcDay } from "../formats.ts";

/** Reads a list's `Name`, `Name<` and `Name>` filters; the operators are part of the parameter's name. */
export function dateFilter(query: URLSearchParams, name: string): (date: string | null) => boolean {
  const [on, before, after] = [query.get(name), query.get(`${name}<`), query.get(`${name}>`)];
  if (on === null && before === null && after === null) return () => true;
  const limits = { on: on && dayOf(on), before: before && dayOf(before), after: after && dayOf(after) };
  const dayIn = createDayReader();
  return (date) => {
    if (date === null) return false;
    const day = dayIn(date);
    // By day, as documented; whether Twilio honours a time of day is not known.
    return (
      (limits.on === null || day === limits.on) &&
      (limits.before === null || day <= limits.before) &&
      (limits.after === null || day >= limits.after)
    );
  };
}

function dayOf(date: string): string {
  const ms = Date.parse(date);
  return Number.isNaN(ms) ? date.slice(0, 10) : utcDay(ms);
}

const RFC2822_DAY = "Thu, 01 Jan 1970".length;

/** Reads the day of our own RFC 2822 dates. They share few days, and parsing is what a long list would spend its time on. */
function createDayReader(): (date: string) => string {
  const known = new Map<string, string>();
  return (date) => {
    const written = date.slice(0, RFC2822_DAY);
    const day = known.get(written) ?? dayOf(date);
    known.set(written, day);
    return day;
  };
}
