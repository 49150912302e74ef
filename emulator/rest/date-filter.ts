/** Reads a list's `Name`, `Name<` and `Name>` filters; the operators are part of the parameter's name. */
export function dateFilter(query: URLSearchParams, name: string): (date: string | null) => boolean {
  const [on, before, after] = [query.get(name), query.get(`${name}<`), query.get(`${name}>`)];
  return (date) => {
    if (on === null && before === null && after === null) return true;
    if (date === null) return false;
    const day = dayOf(date);
    // By day, as documented; whether Twilio honours a time of day is not known.
    return (
      (on === null || day === dayOf(on)) &&
      (before === null || day <= dayOf(before)) &&
      (after === null || day >= dayOf(after))
    );
  };
}

function dayOf(date: string): string {
  const ms = Date.parse(date);
  return Number.isNaN(ms) ? date.slice(0, 10) : new Date(ms).toISOString().slice(0, 10);
}
