// Reads the rollups. All arithmetic with money is SQL's, in numeric, and so exact.
import { type RawBuilder, sql } from "kysely";
import type { Db } from "../db/connect.ts";
import type { UsageKind } from "../db/tables.ts";
import type { Direction } from "../traffic/traffic-report.ts";
import type { UsageFilter } from "./filter.ts";
import { matches } from "./filter-sql.ts";
import type { UsageGroup, UsageRow, UsageSum } from "./report.ts";

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
  const currencies = await listPriceUnits(db, orgId, query);
  const groups = query.groupBy.map((group) => COLUMNS[group]);
  const noGroups = groups.map(() => sql`null`);
  const sums = sql.join([...SUMS, ...currencies.map((_, index) => priceText(index))]);
  const { rows } = await sql<ReportRow>`
    with rate as materialized (${ratesByDay(orgId, query)}),
    by_group as materialized (
      select ${sql.join([...groups, ...QUANTITIES, COST, UNRATED_COUNT, ...currencies.map(priceIn)])}
      from ${rollupFor(query)} left join rate using (day, kind, direction)
      where ${isInReport(orgId, query)}
      group by ${sql.join(groups)}
    ),
    page as (
      select *, row_number() over (order by ${sql.join(groups)}) as position from by_group
      where ${isAfter(query)} order by position limit ${query.limit}
    ),
    total as (
      select ${sql.join([...QUANTITIES, ...currencies.map((_, index) => priceSum(index))])},
        sum(cost) as cost, sum(unrated_count)::bigint as unrated_count
      from by_group
    )
    select position, ${sql.join(query.groupBy.map(shown))}, ${sums}, null as currency from page
    union all
    select 0, ${sql.join(noGroups)}, ${sums}, (select currency from usage_rate where org_id = ${orgId} limit 1)
    from total
    order by position
  `.execute(db);
  const [total, ...page] = rows;
  if (!total) throw new Error("A sum without groups gives one row");
  const toSum = (row: ReportRow) => sumFromRow(row, currencies, total.currency);
  return { rows: page.map((row) => ({ ...groupsFromRow(row), ...toSum(row) })), totals: toSum(total) };
}

/** The currencies of Twilio's prices. Each account has one. */
async function listPriceUnits(db: Db, orgId: string, query: StoredReportQuery): Promise<readonly string[]> {
  const { rows } = await sql<{ price_unit: string }>`
    select distinct price_unit from ${rollupFor(query)}
    where ${isInReport(orgId, query)} and price_unit <> '' order by price_unit
  `.execute(db);
  return rows.map((row) => row.price_unit);
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

const COLUMNS: Record<UsageGroup, RawBuilder<unknown>> = {
  day: sql.ref("day"),
  agent: sql.ref("agent_id"),
  number: sql.ref("phone_number_id"),
  kind: sql.ref("kind"),
  direction: sql.ref("direction"),
};

/** Drivers disagree about dates. */
function shown(group: UsageGroup): RawBuilder<unknown> {
  return group === "day" ? sql`to_char(day, 'YYYY-MM-DD') as day` : COLUMNS[group];
}

/** The one with fewer rows, where the number does not matter. */
function rollupFor({ groupBy, phoneNumberId }: StoredReportQuery): RawBuilder<unknown> {
  const isByNumber = groupBy.includes("number") || phoneNumberId !== undefined;
  return sql.table(isByNumber ? "usage_daily" : "usage_agent_daily");
}

function isInReport(orgId: string, query: StoredReportQuery): RawBuilder<boolean> {
  return sql`${matches(orgId, query)} and day between ${query.from}::date and ${query.to}::date`;
}

function isAfter({ groupBy, after }: StoredReportQuery): RawBuilder<boolean> {
  if (!after) return sql`true`;
  const columns = groupBy.map((group) => COLUMNS[group]);
  const values = groupBy.map((group, index) =>
    group === "day" ? sql`${after[index]}::date` : sql`${after[index]}::text`,
  );
  return sql`(${sql.join(columns)}) > (${sql.join(values)})`;
}

const QUANTITIES = ["count", "seconds", "minutes", "segments"].map(
  (column) => sql`sum(${sql.ref(column)})::bigint as ${sql.ref(column)}`,
);
const COST = sql`sum(minutes * per_minute + segments * per_segment + count * per_message) as cost`;
const UNRATED_COUNT = sql`sum(count) filter (where per_minute is null)::bigint as unrated_count`;

/** A column a currency. */
const priceColumn = (index: number) => sql.ref(`price_${index}`);
const priceIn = (currency: string, index: number) =>
  sql`sum(price) filter (where price_unit = ${currency}) as ${priceColumn(index)}`;
const priceSum = (index: number) => sql`sum(${priceColumn(index)}) as ${priceColumn(index)}`;
const priceText = (index: number) => sql`trim_scale(${priceColumn(index)})::text as ${priceColumn(index)}`;

const SUMS = [sql`count, seconds, minutes, segments, unrated_count`, sql`trim_scale(cost)::text as cost`];

interface ReportRow {
  readonly day?: string;
  /** Empty for none. */
  readonly agent_id?: string;
  readonly phone_number_id?: string;
  readonly kind?: UsageKind;
  readonly direction?: Direction;
  readonly count: number | null;
  readonly seconds: number | null;
  readonly minutes: number | null;
  readonly segments: number | null;
  readonly unrated_count: number | null;
  readonly cost: string | null;
  readonly [price: `price_${number}`]: string | null;
  /** Of the costs, in the row of the totals; null for an organization without rates. */
  readonly currency: string | null;
}

function groupsFromRow({ day, agent_id, phone_number_id, kind, direction }: ReportRow) {
  const agentId = agent_id === "" ? null : agent_id;
  return { day, agentId, phoneNumberId: phone_number_id, kind, direction };
}

function sumFromRow(row: ReportRow, currencies: readonly string[], costCurrency: string | null): UsageSum {
  const { count, seconds, minutes, segments, unrated_count: unratedCount, cost } = row;
  return {
    count: count ?? 0,
    seconds: seconds ?? 0,
    minutes: minutes ?? 0,
    segments: segments ?? 0,
    cost: cost === null || costCurrency === null ? undefined : { amount: cost, currency: costCurrency },
    unratedCount: unratedCount ?? 0,
    twilioPrice: currencies.flatMap((currency, index) => {
      const amount = row[`price_${index}`] ?? null;
      return amount === null ? [] : [{ amount, currency }];
    }),
  };
}
