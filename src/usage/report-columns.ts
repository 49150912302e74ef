// A page as the database gives it: an array for each column, which costs a fraction of what rows of names and values do.
import type { UsageKind } from "../db/tables/usage.ts";
import type { Money } from "../traffic/money.ts";
import type { Direction } from "../traffic/traffic-report.ts";
import type { UsageRow } from "./report.ts";

/** Those of the groups are there that the report has. */
export interface PageColumns {
  /** Its first day. */
  readonly month?: readonly string[];
  readonly day?: readonly string[];
  /** Empty for none. */
  readonly agent?: readonly string[];
  readonly number?: readonly string[];
  readonly kind?: readonly UsageKind[];
  readonly direction?: readonly Direction[];
  readonly count: readonly number[];
  readonly seconds: readonly number[];
  readonly minutes: readonly number[];
  readonly segments: readonly number[];
  readonly cost: readonly (string | null)[];
  readonly unratedCount: readonly number[];
  /** A column a currency. */
  readonly prices: readonly (readonly (string | null)[])[];
}

export interface Currencies {
  /** Of the columns of prices, in their order. */
  readonly ofPrices: readonly string[];
  /** Null for an organization without rates. */
  readonly ofCosts: string | null;
}

export function rowsFrom(page: PageColumns, { ofPrices, ofCosts }: Currencies): readonly UsageRow[] {
  return page.count.map((count, index) => ({
    ...groupsFrom(page, index),
    count,
    seconds: page.seconds[index] ?? 0,
    minutes: page.minutes[index] ?? 0,
    segments: page.segments[index] ?? 0,
    cost: moneyFrom(page.cost[index], ofCosts),
    unratedCount: page.unratedCount[index] ?? 0,
    twilioPrice: ofPrices.flatMap(
      (currency, column) => moneyFrom(page.prices[column]?.[index], currency) ?? [],
    ),
  }));
}

function groupsFrom({ month, day, agent, number, kind, direction }: PageColumns, index: number) {
  const agentId = agent?.[index];
  return {
    month: month?.[index]?.slice(0, "2026-03".length),
    day: day?.[index],
    agentId: agentId === "" ? null : agentId,
    phoneNumberId: number?.[index],
    kind: kind?.[index],
    direction: direction?.[index],
  };
}

export function moneyFrom(amount: string | null | undefined, currency: string | null): Money | undefined {
  return typeof amount === "string" && currency !== null ? { amount, currency } : undefined;
}
