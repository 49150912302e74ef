import { sql } from "kysely";
import type { Db } from "../../db/connect.ts";
import type { UsageKind } from "../../db/tables/usage.ts";
import { minutesOf } from "../../traffic/charged.ts";
import type { Direction } from "../../traffic/traffic-report.ts";
import type { Days } from "../day.ts";

export interface LedgerDay {
  readonly day: string;
  readonly kind: UsageKind;
  readonly direction: Direction;
  readonly count: number;
  /** Minutes, each leg's rounded up; segments of SMS; messages. */
  readonly usage: number;
}

/** What the ledger has of an account, whoever held its numbers. */
export async function sumLedger(
  db: Db,
  accountSid: string,
  { from, to }: Days,
): Promise<readonly LedgerDay[]> {
  // The holders first: the ledger's index is by organization and day.
  const { rows } = await sql<LedgerDay>`
    with holder as (select distinct org_id from number_tenure where account_sid = ${accountSid}),
    leg as (
      select e.day, e.kind, e.direction, e.sid, sum(e.count) as count, sum(e.seconds) as seconds,
        sum(e.segments) as segments
      from holder join usage_entry e using (org_id)
      where e.account_sid = ${accountSid} and e.day between ${from}::date and ${to}::date
      group by 1, 2, 3, 4
    )
    select to_char(day, 'YYYY-MM-DD') as day, kind, direction, sum(count)::bigint as count,
      sum(case kind when 'voice' then ${minutesOf(sql`seconds`)} when 'sms' then segments else count end)::bigint as usage
    from leg group by leg.day, kind, direction`.execute(db);
  return rows;
}

/** One category of one day, as we and as Twilio counted it. */
export interface Comparison {
  readonly day: string;
  readonly category: string;
  readonly ourCount: number;
  readonly ourUsage: number;
  readonly twilioCount: number;
  readonly twilioUsage: number;
  readonly twilioPrice: string | undefined;
  readonly priceUnit: string | undefined;
  readonly comparedAt: Date;
}

/** In the place of what was compared before. */
export async function storeComparisons(
  db: Db,
  accountSid: string,
  comparisons: readonly Comparison[],
): Promise<void> {
  await sql`
    insert into usage_comparison (account_sid, day, category, our_count, our_usage, twilio_count, twilio_usage,
      twilio_price, price_unit, compared_at)
    select ${accountSid}, i.day, i.category, i."ourCount", i."ourUsage", i."twilioCount", i."twilioUsage",
      i."twilioPrice", i."priceUnit", i."comparedAt"
    from json_to_recordset(${JSON.stringify(comparisons)}::json) as i(day date, category text, "ourCount" bigint,
      "ourUsage" bigint, "twilioCount" bigint, "twilioUsage" bigint, "twilioPrice" numeric, "priceUnit" text,
      "comparedAt" timestamptz)
    on conflict (account_sid, day, category) do update set
      our_count = excluded.our_count, our_usage = excluded.our_usage, twilio_count = excluded.twilio_count,
      twilio_usage = excluded.twilio_usage, twilio_price = excluded.twilio_price,
      price_unit = excluded.price_unit, compared_at = excluded.compared_at`.execute(db);
}

export async function listComparisons(
  db: Db,
  accountSid: string,
  { from, to }: Days,
): Promise<readonly Comparison[]> {
  const { rows } = await sql<NullableComparison>`
    select to_char(day, 'YYYY-MM-DD') as day, category, our_count as "ourCount", our_usage as "ourUsage",
      twilio_count as "twilioCount", twilio_usage as "twilioUsage", trim_scale(twilio_price)::text as "twilioPrice",
      price_unit as "priceUnit", compared_at as "comparedAt"
    from usage_comparison
    where account_sid = ${accountSid} and day between ${from}::date and ${to}::date
    order by usage_comparison.day, category`.execute(db);
  return rows.map((row) => ({
    ...row,
    twilioPrice: row.twilioPrice ?? undefined,
    priceUnit: row.priceUnit ?? undefined,
  }));
}

interface NullableComparison extends Omit<Comparison, "twilioPrice" | "priceUnit"> {
  readonly twilioPrice: string | null;
  readonly priceUnit: string | null;
}
