// What the statements of a report are made of.
import { type RawBuilder, sql } from "kysely";
import type { UsageFilter } from "./filter.ts";
import { matches } from "./filter-sql.ts";
import type { UsageGroup } from "./report.ts";

/** Texts by their bytes: the same everywhere, and cheaper than by the rules of a language. */
const KEYS: Record<UsageGroup, RawBuilder<unknown>> = {
  month: sql`date_trunc('month', day::timestamp)::date`,
  day: sql`day`,
  agent: sql`agent_id collate "C"`,
  number: sql`phone_number_id collate "C"`,
  kind: sql`kind collate "C"`,
  direction: sql`direction collate "C"`,
};

export const keysOf = (groupBy: readonly UsageGroup[]) =>
  sql.join(groupBy.map((group) => sql`${KEYS[group]} as ${sql.ref(group)}`));

/** What rows are grouped and sorted by: the first columns that are selected. */
export const ordinalsOf = (groupBy: readonly UsageGroup[]) =>
  sql.join(groupBy.map((_, index) => sql.lit(index + 1)));

/** @param last the values of the groups in the last row that is known */
export function isAfter(
  groupBy: readonly UsageGroup[],
  last: readonly string[] | undefined,
): RawBuilder<boolean> {
  if (!last) return sql`true`;
  const values = groupBy.map((group, index) => {
    if (group === "month") return sql`${`${last[index]}-01`}::date`;
    return group === "day" ? sql`${last[index]}::date` : sql`${last[index]}::text`;
  });
  return sql`(${sql.join(groupBy.map((group) => KEYS[group]))}) > (${sql.join(values)})`;
}

export function isInReport(orgId: string, filter: UsageFilter): RawBuilder<boolean> {
  return sql`${matches(orgId, filter)} and day between ${filter.from}::date and ${filter.to}::date`;
}

/**
 * What a minute, a segment and a message cost on each day, by kind and direction; no row where there is no rate. However
 * long the range is, of the days before the first usage and after the last one there is nothing to know.
 */
export function ratesByDay(orgId: string, { from, to }: UsageFilter): RawBuilder<unknown> {
  return sql`
    select day::date as day, kind, direction,
      sum(amount) filter (where unit = 'minute') as per_minute,
      sum(amount) filter (where unit = 'segment') as per_segment,
      sum(amount) filter (where unit = 'message') as per_message
    from (
      select min(day)::timestamp as first, max(day)::timestamp as last from usage_agent_daily
      where org_id = ${orgId} and day between ${from}::date and ${to}::date
    ) as used,
      generate_series(first, last, interval '1 day') as day
      join usage_rate_period on day >= effective_from and (effective_until is null or day < effective_until)
    where org_id = ${orgId}
    group by 1, 2, 3`;
}

export const QUANTITIES = ["count", "seconds", "minutes", "segments"].map(
  (column) => sql`coalesce(sum(${sql.ref(column)}), 0)::bigint as ${sql.ref(column)}`,
);
/**
 * What is paid by the minute is paid by nothing else; see rate.ts. Null, and so left out of the sum, where there is no
 * rate: one multiplication a row is all that is done.
 */
export const COST = sql`trim_scale(sum(coalesce(
  minutes * per_minute,
  segments * per_segment + count * per_message, segments * per_segment, count * per_message
)))::text as cost`;
export const UNRATED_COUNT = sql`coalesce(sum(count) filter (where rate.day is null), 0)::bigint as "unratedCount"`;
