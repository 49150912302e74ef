// A report as the database gives it: an array for each column, which costs a fraction of what rows of names and values do.
import type { UsageKind } from "../db/tables/usage.ts";
import type { Direction } from "../traffic/traffic-report.ts";
import type { UsageRow, UsageSum } from "./report.ts";

type Column<T> = readonly (T | null)[];

/** Null, all of them, where there is no row. */
interface SumColumns {
  readonly count: Column<number> | null;
  readonly seconds: Column<number> | null;
  readonly minutes: Column<number> | null;
  readonly segments: Column<number> | null;
  readonly cost: Column<string> | null;
  readonly unratedCount: Column<number> | null;
  /** A column a currency. */
  readonly prices: readonly (Column<string> | null)[];
}

/** Those that the report is grouped by. */
interface GroupColumns {
  readonly day?: readonly string[];
  /** Empty for none. */
  readonly agent?: readonly string[];
  readonly number?: readonly string[];
  readonly kind?: readonly UsageKind[];
  readonly direction?: readonly Direction[];
}

export interface StoredColumns {
  readonly page: SumColumns & GroupColumns;
  readonly total: SumColumns;
  /** Of the costs; null for an organization without rates. */
  readonly currency: string | null;
}

export function rowsFrom(page: StoredColumns["page"], money: Currencies): readonly UsageRow[] {
  return (page.count ?? []).map((_, index) => ({
    ...groupsFrom(page, index),
    ...sumFrom(page, index, money),
  }));
}

function groupsFrom({ day, agent, number, kind, direction }: GroupColumns, index: number) {
  const agentId = agent?.[index];
  return {
    day: day?.[index],
    agentId: agentId === "" ? null : agentId,
    phoneNumberId: number?.[index],
    kind: kind?.[index],
    direction: direction?.[index],
  };
}

/** The currencies of the columns of prices, in their order, and that of the costs. */
interface Currencies {
  readonly currencies: readonly string[];
  readonly costCurrency: string | null;
}

export function sumFrom(columns: SumColumns, index: number, money: Currencies): UsageSum {
  const { currencies, costCurrency } = money;
  const cost = columns.cost?.[index] ?? null;
  return {
    count: columns.count?.[index] ?? 0,
    seconds: columns.seconds?.[index] ?? 0,
    minutes: columns.minutes?.[index] ?? 0,
    segments: columns.segments?.[index] ?? 0,
    cost: cost === null || costCurrency === null ? undefined : { amount: cost, currency: costCurrency },
    unratedCount: columns.unratedCount?.[index] ?? 0,
    twilioPrice: currencies.flatMap((currency, column) => {
      const amount = columns.prices[column]?.[index] ?? null;
      return amount === null ? [] : [{ amount, currency }];
    }),
  };
}
