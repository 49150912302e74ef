// Reads the rollups. All arithmetic with money is SQL's, in numeric, and so exact.
import { type RawBuilder, sql } from "kysely";
import type { Db } from "../db/connect.ts";
import type { UsageKind } from "../db/tables.ts";
import type { Money } from "../traffic/money.ts";
import type { Direction } from "../traffic/traffic-report.ts";
import type { UsageFilter } from "./filter.ts";
import { matches } from "./filter-sql.ts";
import type { UsageGroup, UsageRow, UsageSum } from "./report.ts";

const COLUMNS: Record<UsageGroup, string> = {
  day: "day",
  agent: "agent_id",
  number: "phone_number_id",
  kind: "kind",
  direction: "direction",
};

export interface StoredReportQuery extends UsageFilter {
  /** At least one. Rows are sorted by them. */
  readonly groupBy: readonly UsageGroup[];
  /** The values of the groups in the last row that is known. */
  readonly after: readonly string[] | undefined;
  readonly limit: number;
}

interface StoredReport {
  readonly rows: readonly UsageRow[];
  readonly totals: UsageSum;
}

/**
 * The rows of a report, and the sum of all of them whether they are on the page or not, from one statement: they agree
 * even while usage is being recorded.
 */
export async function readReport(db: Db, orgId: string, query: StoredReportQuery): Promise<StoredReport> {
  const groups = sql.join(query.groupBy.map((group) => sql.ref(COLUMNS[group])));
  const { rows } = await sql<StoredReportRow>`
    with rate as materialized (${ratesByDay(orgId, query)}),
    by_unit as materialized (
      select ${groups}, price_unit, ${ADDED_UP},
        sum(minutes * per_minute + segments * per_segment + count * per_message) as cost,
        coalesce(sum(count) filter (where per_minute is null), 0)::bigint as unrated_count
      from ${rollupFor(query)} left join rate using (day, kind, direction)
      where ${matches(orgId, query)} and day between ${query.from}::date and ${query.to}::date
      group by ${groups}, price_unit
      order by ${groups}, price_unit
    ),
    page as (
      select ${outputs(query.groupBy)}, ${SUMMED}
      from by_unit where ${isAfter(query)}
      group by ${groups} order by ${groups} limit ${query.limit}
    ),
    total as (
      select ${SUMMED} from (
        select price_unit, ${ADDED_UP}, sum(cost) as cost, sum(unrated_count)::bigint as unrated_count
        from by_unit group by price_unit order by price_unit
      ) as by_unit
    )
    select
      (select coalesce(json_agg(page), '[]') from page) as rows,
      (select row_to_json(total) from total) as totals,
      (select currency from usage_rate where org_id = ${orgId} limit 1) as currency
  `.execute(db);
  const [stored] = rows;
  if (!stored) throw new Error("A select without a table gives one row");
  return {
    rows: stored.rows.map((row) => ({ ...groupsFromRow(row), ...sumFromRow(row, stored.currency) })),
    totals: sumFromRow(stored.totals, stored.currency),
  };
}

/** What a minute, a segment and a message cost on each day, by kind and direction; no row where there is no rate. */
function ratesByDay(orgId: string, { from, to }: UsageFilter): RawBuilder<unknown> {
  return sql`
    select day::date as day, kind, direction,
      coalesce(sum(amount) filter (where unit = 'minute'), 0) as per_minute,
      coalesce(sum(amount) filter (where unit = 'segment'), 0) as per_segment,
      coalesce(sum(amount) filter (where unit = 'message'), 0) as per_message
    from usage_rate_period
    join generate_series(${from}::date::timestamp, ${to}::date::timestamp, interval '1 day') as day
      on day >= effective_from and (effective_until is null or day < effective_until)
    where org_id = ${orgId}
    group by 1, 2, 3`;
}

/** The one with fewer rows, where the number does not matter. */
function rollupFor({ groupBy, phoneNumberId }: StoredReportQuery): RawBuilder<unknown> {
  const isByNumber = groupBy.includes("number") || phoneNumberId !== undefined;
  return sql.table(isByNumber ? "usage_daily" : "usage_agent_daily");
}

function isAfter({ groupBy, after }: StoredReportQuery): RawBuilder<unknown> {
  if (!after) return sql`true`;
  const columns = groupBy.map((group) => sql.ref(COLUMNS[group]));
  const values = groupBy.map((group, index) =>
    group === "day" ? sql`${after[index]}::date` : sql`${after[index]}::text`,
  );
  return sql`(${sql.join(columns)}) > (${sql.join(values)})`;
}

const ADDED_UP = sql`sum(count)::bigint as count, sum(seconds)::bigint as seconds, sum(minutes)::bigint as minutes,
  sum(segments)::bigint as segments, sum(price) as price`;

/** Over rows that are one a price unit, in its order. */
const SUMMED = sql`
  coalesce(sum(count), 0)::bigint as count,
  coalesce(sum(seconds), 0)::bigint as seconds,
  coalesce(sum(minutes), 0)::bigint as minutes,
  coalesce(sum(segments), 0)::bigint as segments,
  trim_scale(sum(cost))::text as cost,
  coalesce(sum(unrated_count), 0)::bigint as "unratedCount",
  coalesce(
    json_agg(json_build_object('amount', trim_scale(price)::text, 'currency', price_unit))
      filter (where price_unit <> ''),
    '[]'
  ) as "twilioPrice"`;

const OUTPUTS: Record<UsageGroup, RawBuilder<unknown>> = {
  day: sql`to_char(day, 'YYYY-MM-DD') as day`,
  agent: sql`agent_id as "agentId"`,
  number: sql`phone_number_id as "phoneNumberId"`,
  kind: sql`kind`,
  direction: sql`direction`,
};

function outputs(groupBy: readonly UsageGroup[]): RawBuilder<unknown> {
  return sql.join(groupBy.map((group) => OUTPUTS[group]));
}

interface StoredReportRow {
  readonly rows: readonly (StoredSum & StoredGroups)[];
  readonly totals: StoredSum;
  /** Null for an organization without rates. */
  readonly currency: string | null;
}

interface StoredSum {
  readonly count: number;
  readonly seconds: number;
  readonly minutes: number;
  readonly segments: number;
  readonly cost: string | null;
  readonly unratedCount: number;
  readonly twilioPrice: readonly Money[];
}

interface StoredGroups {
  readonly day?: string;
  /** Empty for none. */
  readonly agentId?: string;
  readonly phoneNumberId?: string;
  readonly kind?: UsageKind;
  readonly direction?: Direction;
}

function groupsFromRow({ day, agentId, phoneNumberId, kind, direction }: StoredGroups) {
  return { day, agentId: agentId === "" ? null : agentId, phoneNumberId, kind, direction };
}

function sumFromRow(row: StoredSum, currency: string | null): UsageSum {
  const { count, seconds, minutes, segments, cost, unratedCount, twilioPrice } = row;
  return {
    count,
    seconds,
    minutes,
    segments,
    cost: cost === null || currency === null ? undefined : { amount: cost, currency },
    unratedCount,
    twilioPrice,
  };
}
