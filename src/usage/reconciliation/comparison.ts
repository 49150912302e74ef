// How our totals of a day compare with what Twilio says it charges. Twilio's contain every number of the account, ours
// those that somebody here held; so a difference is shown, and nothing is corrected by it.
import type { TwilioClient } from "../../twilio/client.ts";
import { type Days, eachDay } from "../day.ts";
import { type Comparison, type LedgerDay, storeComparisons, sumLedger } from "./comparison-store.ts";
import type { ReconciliationDeps } from "./scope.ts";
import { CATEGORIES, type DayUsage, readUsageRecord, type UsageCategory } from "./usage-records.ts";

/** Compares and keeps what came of it. Safe to repeat: what was compared before is replaced. @throws TwilioError */
export async function compareDays(
  deps: Pick<ReconciliationDeps, "db" | "clock">,
  client: TwilioClient,
  days: Days,
): Promise<void> {
  const ledger = await sumLedger(deps.db, client.accountSid, days);
  const comparedAt = deps.clock.now();
  const comparisons: Comparison[] = [];
  for (const category of CATEGORIES) {
    const usage = await readUsage(client, category, days);
    comparisons.push(...eachDay(days).map((day) => compare(day, category, ledger, usage, comparedAt)));
  }
  await storeComparisons(deps.db, client.accountSid, comparisons);
}

/** One record a day, so that one page is enough for a month and more. */
async function readUsage(
  { sdk }: TwilioClient,
  { name }: UsageCategory,
  { from, to }: Days,
): Promise<readonly DayUsage[]> {
  const records = await sdk.usage.records.daily.list({
    category: name,
    startDate: new Date(from),
    endDate: new Date(to),
    // By default an account answers for its subaccounts as well; these are compared by themselves.
    includeSubaccounts: false,
    pageSize: 1_000,
    limit: 1_000,
  });
  return records.flatMap((record) => readUsageRecord(record) ?? []);
}

function compare(
  day: string,
  { name, kind, direction }: UsageCategory,
  ledger: readonly LedgerDay[],
  usage: readonly DayUsage[],
  comparedAt: Date,
): Comparison {
  const ours = ledger.find((sum) => sum.day === day && sum.kind === kind && sum.direction === direction);
  const twilios = usage.find((record) => record.day === day);
  return {
    day,
    category: name,
    ourCount: ours?.count ?? 0,
    ourUsage: ours?.usage ?? 0,
    twilioCount: twilios?.count ?? 0,
    twilioUsage: twilios?.usage ?? 0,
    twilioPrice: twilios?.price,
    priceUnit: twilios?.priceUnit,
    comparedAt,
  };
}
