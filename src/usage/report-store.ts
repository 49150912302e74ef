// Reads the rollups. All arithmetic with money is SQL's, in numeric, and so exact.
import { type RawBuilder, sql } from "kysely";
import type { Db } from "../db/connect.ts";
import type { UsageFilter } from "./filter.ts";
import { matches } from "./filter-sql.ts";
import type { UsageGroup, UsageRow, UsageSum } from "./report.ts";
import { rowsFrom, type StoredColumns, sumFrom } from "./report-columns.ts";

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
 * even while usage is being recorded. Each column comes as one array: that a page has thousands of rows must not cost
 * more than what is in them.
 */
export async function readReport(db: Db, orgId: string, query: StoredReportQuery): Promise<StoredReport> {
  const currencies = await listPriceUnits(db, orgId, query);
  const groups = query.groupBy.map((group) => COLUMNS[group]);
  const prices = currencies.map((_, index) => priceColumn(index));
  const { rows } = await sql<StoredColumns>`
    with rate as materialized (${ratesByDay(orgId, query)}),
    by_group as materialized (
      select ${sql.join([...groups, ...QUANTITIES, COST, UNRATED_COUNT, ...currencies.map(priceIn)])}
      from ${rollupFor(query)} left join rate using (day, kind, direction)
      where ${isInReport(orgId, query)}
      group by ${sql.join(groups)}
    ),
    page as (
      select * from by_group where ${isAfter(query)} order by ${sql.join(query.groupBy.map(sortKey))} limit ${query.limit}
    ),
    total as (
      select ${sql.join([...QUANTITIES, ...prices.map(summed)])}, sum(cost) as cost,
        sum(unrated_count)::bigint as unrated_count
      from by_group
    )
    select
      (select json_build_object(${columnsOf(query.groupBy, prices)}) from page) as page,
      (select json_build_object(${columnsOf([], prices)}) from total) as total,
      (select currency from usage_rate where org_id = ${orgId} limit 1) as currency
  `.execute(db);
  const [stored] = rows;
  if (!stored) throw new Error("A select without a table gives one row");
  const money = { currencies, costCurrency: stored.currency };
  return { rows: rowsFrom(stored.page, money), totals: sumFrom(stored.total, 0, money) };
}

/** What numbers are called, in E.164, by their ids. */
export async function findPhoneNumbers(
  db: Db,
  orgId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await db
    .selectFrom("phone_number")
    .select(["id", "e164"])
    .where("org_id", "=", orgId)
    .where(sql<boolean>`id = any(${sql.val(ids)}::text[])`)
    .execute();
  return new Map(rows.map(({ id, e164 }) => [id, e164]));
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
      sum(amount) filter (where unit = 'minute') as per_minute,
      sum(amount) filter (where unit = 'segment') as per_segment,
      sum(amount) filter (where unit = 'message') as per_message
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

/** By their bytes: the same everywhere, and cheaper than by the rules of a language. */
function sortKey(group: UsageGroup): RawBuilder<unknown> {
  return group === "day" ? COLUMNS.day : sql`${COLUMNS[group]} collate "C"`;
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
  const columns = groupBy.map(sortKey);
  const values = groupBy.map((group, index) =>
    group === "day" ? sql`${after[index]}::date` : sql`${after[index]}::text`,
  );
  return sql`(${sql.join(columns)}) > (${sql.join(values)})`;
}

const QUANTITIES = ["count", "seconds", "minutes", "segments"].map(
  (column) => sql`sum(${sql.ref(column)})::bigint as ${sql.ref(column)}`,
);
/**
 * What is paid by the minute is paid by nothing else; see rate.ts. Null, and so left out of the sum, where there is no
 * rate: one multiplication a row is all that is done.
 */
const COST = sql`sum(coalesce(
  minutes * per_minute,
  segments * per_segment + count * per_message, segments * per_segment, count * per_message
)) as cost`;
const UNRATED_COUNT = sql`sum(count) filter (where rate.day is null)::bigint as unrated_count`;

const priceColumn = (index: number) => sql.ref(`price_${index}`);
const priceIn = (currency: string, index: number) =>
  sql`sum(price) filter (where price_unit = ${currency}) as ${priceColumn(index)}`;
const summed = (column: RawBuilder<unknown>) => sql`sum(${column}) as ${column}`;

/** Amounts as texts: JSON's numbers are floats to whoever reads them. */
function columnsOf(
  groupBy: readonly UsageGroup[],
  prices: readonly RawBuilder<unknown>[],
): RawBuilder<unknown> {
  const groups = groupBy.map((group) => sql`${sql.lit(group)}, json_agg(${COLUMNS[group]})`);
  const amounts = prices.map((price) => sql`json_agg(trim_scale(${price})::text)`);
  return sql.join([
    ...groups,
    sql`'count', json_agg(count), 'seconds', json_agg(seconds), 'minutes', json_agg(minutes)`,
    sql`'segments', json_agg(segments), 'cost', json_agg(trim_scale(cost)::text)`,
    sql`'unratedCount', json_agg(unrated_count), 'prices', json_build_array(${sql.join(amounts)})`,
  ]);
}
