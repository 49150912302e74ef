const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });
const ofDay = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const ofYear = new Intl.DateTimeFormat(undefined, {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});
const date = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });

/** In the reader's zone, as short as can be; exactly on hover. */
export function Time({ at }: { readonly at: string }) {
  const moment = new Date(at);
  return (
    <time dateTime={at} title={exact.format(moment)} className="number">
      {short(moment)}
    </time>
  );
}

function short(moment: Date): string {
  const now = new Date();
  if (moment.toDateString() === now.toDateString()) return ofDay.format(moment);
  const distanceMs = Math.abs(now.getTime() - moment.getTime());
  return (distanceMs < YEAR_MS ? ofYear : date).format(moment);
}
