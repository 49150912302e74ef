// Reads the rollups. All arithmetic with money is SQL's, in numeric, and so exact.
import { type RawBuilder, sql } from "kysely";
import type { Db } from "../db/connect.ts";
import type { UsageFilter } from "./filter.ts";
import type { UsageGroup, UsageRow, UsageSum } from "./report.ts";
import { type Currencies, moneyFrom, type PageColumns, rowsFrom } from "./report-columns.ts";
import {
  COST,
  isAfter,
  isInReport,
  keysOf,
  ordinalsOf,
  QUANTITIES,
  ratesByDay,
  UNRATED_COUNT,
} from "./report-sql.ts";

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
 * The rows of a report, and the sum of all of them whether they are on the page or not. Both are as of one moment, and so
 * agree even while usage is being recorded. (On the embedded database a transaction is alone.)
 *
 * @param timeoutMs of each of the two statements; the embedded database does not give up
 */
export async function readReport(
  db: Db,
  orgId: string,
  query: StoredReportQuery,
  timeoutMs: number,
): Promise<StoredReport> {
  const transaction = db.transaction().setIsolationLevel("repeatable read").setAccessMode("read only");
  return transaction.execute(async (tx) => {
    // The planner does not know how many rates there are, and would read all of them for each row if it took them for few.
    await sql`select set_config('statement_timeout', ${String(timeoutMs)}, true),
      set_config('enable_nestloop', 'off', true)`.execute(tx);
    const { costCurrency, ...totals } = await readTotals(tx, orgId, query);
    const ofPrices = totals.twilioPrice.map(({ currency }) => currency);
    return { rows: await readPage(tx, orgId, query, { ofPrices, ofCosts: costCurrency }), totals };
  });
}

interface StoredTotals extends Omit<UsageSum, "cost"> {
  readonly cost: string | null;
  readonly costCurrency: string | null;
}

/** Adds up the whole numbers of each day first: little is left then to be multiplied by rates. */
async function readTotals(tx: Db, orgId: string, query: StoredReportQuery) {
  const { rows } = await sql<StoredTotals>`
    with used as (
      select day, kind, direction, price_unit, ${sql.join(QUANTITIES)}, sum(price) as price
      from ${rollupFor(query.phoneNumberId !== undefined)}
      where ${isInReport(orgId, query)}
      group by day, kind, direction, price_unit
    ),
    charged as (
      select price_unit as currency, trim_scale(sum(price))::text as amount from used
      where price_unit <> '' group by price_unit order by price_unit
    )
    select ${sql.join([...QUANTITIES, COST, UNRATED_COUNT])},
      (select coalesce(json_agg(charged), '[]') from charged) as "twilioPrice",
      (select currency from usage_rate where org_id = ${orgId} limit 1) as "costCurrency"
    from used left join (${ratesByDay(orgId, query)}) as rate using (day, kind, direction)
  `.execute(tx);
  const [stored] = rows;
  if (!stored) throw new Error("Sums without groups are one row");
  return { ...stored, cost: moneyFrom(stored.cost, stored.costCurrency) };
}

/**
 * Rows of days come in the order of the rollup's key, so that no more of it is read than a page needs, however long the
 * range is.
 */
async function readPage(
  tx: Db,
  orgId: string,
  { groupBy, after, limit, ...filter }: StoredReportQuery,
  currencies: Currencies,
): Promise<readonly UsageRow[]> {
  const isByNumber = groupBy.includes("number") || filter.phoneNumberId !== undefined;
  const ordinals = ordinalsOf(groupBy);
  const prices = currencies.ofPrices.map(priceIn);
  const { rows } = await sql<PageColumns>`
    with page as (
      select ${sql.join([keysOf(groupBy), ...QUANTITIES, COST, UNRATED_COUNT, ...prices])}
      from ${rollupFor(isByNumber)} left join (${ratesByDay(orgId, filter)}) as rate using (day, kind, direction)
      where ${isInReport(orgId, filter)} and ${isAfter(groupBy, after)}
      group by ${ordinals} order by ${ordinals} limit ${limit}
    )
    select ${sql.join([...groupBy, ...SUMS].map((name) => sql`${column(name)} as ${sql.ref(name)}`))},
      json_build_array(${sql.join(prices.map((_, index) => column(priceName(index))))}) as prices
    from page
  `.execute(tx);
  const [page] = rows;
  if (!page) throw new Error("Columns without groups are one row");
  return rowsFrom(page, currencies);
}

/** The one with fewer rows, where the number does not matter. */
function rollupFor(isByNumber: boolean): RawBuilder<unknown> {
  return sql.table(isByNumber ? "usage_daily" : "usage_agent_daily");
}

const SUMS = ["count", "seconds", "minutes", "segments", "cost", "unratedCount"];
const column = (name: string) => sql`coalesce(json_agg(${sql.ref(name)}), '[]')`;
const priceName = (index: number) => `price_${index}`;
const priceIn = (currency: string, index: number) =>
  sql`trim_scale(sum(price) filter (where price_unit = ${currency}))::text as ${sql.ref(priceName(index))}`;

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
