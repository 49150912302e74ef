import { utcDay } from "../formats.ts";
import { UsageTally } from "../usage.ts";
import { TOTAL_PRICE, USAGE_CATEGORIES, type UsageCategory } from "../usage-categories.ts";
import { ok, type RestContext, type Route } from "./context.ts";
import { legacyEnvelope, pageOf } from "./paging.ts";
import { dayBefore, daysOf, type Period, periodIn } from "./usage-periods.ts";

const BASE = "/2010-04-01/Accounts/:accountSid/Usage/Records";

/** What the account's calls and messages amount to; computed when asked, from the resources as they are. */
export const usageRecordRoutes: readonly Route[] = [
  route("", ({ asked }) => [asked]),
  route("/AllTime", ({ widest }) => [widest]),
  route("/Daily", ({ asked }) => daysOf(asked).map((day) => ({ start: day, end: day }))),
  route("/Today", ({ widest: { end } }) => [{ start: end, end }]),
  route("/Yesterday", ({ widest: { end } }) => [{ start: dayBefore(end), end: dayBefore(end) }]),
];

interface Range {
  /** From the account's first day to today. */
  readonly widest: Period;
  /** The part of it that the request is about. */
  readonly asked: Period;
}

function route(path: string, periods: (range: Range) => Period[]): Route {
  return { method: "GET", pattern: BASE + path, handler: (context) => listRecords(context, periods) };
}

function listRecords(context: RestContext, periodsIn: (range: Range) => Period[]) {
  const accountSids = accountsIn(context);
  const widest = lifeOf(context, accountSids);
  const periods = periodsIn({ widest, asked: periodIn(context.request.query, widest) });
  const wanted = context.request.query.get("Category");
  const categories = USAGE_CATEGORIES.filter(({ name }) => wanted === null || name === wanted);
  const slots = periods.flatMap((period) => categories.map((category) => ({ period, category })));
  const usageIn = tallies(context, accountSids);
  const page = pageOf(context, slots);
  return ok(
    legacyEnvelope(context, "usage_records", page, ({ period, category }) =>
      present(context, category, period, usageIn(period)),
    ),
  );
}

function accountsIn({ instance, account, request }: RestContext): string[] {
  if (request.query.get("IncludeSubaccounts")?.toLowerCase() === "false") return [account.sid];
  const { accounts } = instance.state;
  const subaccounts = accounts.filter((candidate) => candidate.owner_account_sid === account.sid);
  return [...new Set([account.sid, ...subaccounts.map(({ sid }) => sid)])];
}

function lifeOf({ instance, account }: RestContext, accountSids: readonly string[]): Period {
  const created = utcDay(Date.parse(account.date_created));
  const [start = created] = [
    created,
    ...accountSids.flatMap((sid) => instance.state.days.days(sid)),
  ].toSorted();
  return { start, end: utcDay(instance.options.now()) };
}

/** Sums up a period once, however many categories are asked of it; a page shows few of the periods. */
function tallies({ instance }: RestContext, accountSids: readonly string[]): (period: Period) => UsageTally {
  const known = new Map<Period, UsageTally>();
  return (period) => {
    const tally = known.get(period) ?? new UsageTally();
    if (known.has(period)) return tally;
    known.set(period, tally);
    for (const day of daysOf(period)) {
      for (const sid of accountSids) tally.add(instance.state.days.on(sid, day));
    }
    return tally;
  };
}

const SUBRESOURCES: Readonly<Record<string, string>> = {
  all_time: "AllTime",
  daily: "Daily",
  today: "Today",
  yesterday: "Yesterday",
};

function present(context: RestContext, category: UsageCategory, { start, end }: Period, tally: UsageTally) {
  const { instance, account, request } = context;
  const { count, quantity, priceMicros } = tally.in(category);
  const price = String(priceMicros / 1_000_000);
  const isTotal = category.name === TOTAL_PRICE;
  const base = `/2010-04-01/Accounts/${account.sid}/Usage/Records`;
  const links = Object.entries(SUBRESOURCES).map(([key, name]) => [
    key,
    `${base}/${name}.json?Category=${category.name}`,
  ]);
  return {
    account_sid: account.sid,
    api_version: "2010-04-01",
    as_of: new Date(instance.options.now()).toISOString().replace(/\.\d+Z$/, "+00:00"),
    category: category.name,
    description: category.description,
    start_date: start,
    end_date: end,
    count: isTotal ? null : String(count),
    count_unit: category.countUnit,
    usage: isTotal ? price : String(quantity),
    usage_unit: category.usageUnit,
    price,
    price_unit: "usd",
    subresource_uris: Object.fromEntries(links),
    uri: `${request.path}?Category=${category.name}&StartDate=${start}&EndDate=${end}`,
  };
}
