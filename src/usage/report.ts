import { z } from "zod";
import type { UsageKind } from "../db/tables/usage.ts";
import type { Money } from "../traffic/money.ts";
import type { Direction } from "../traffic/traffic-report.ts";
import { checkFilter, filterQuery, type UsageFilter } from "./filter.ts";

/** What rows can be made for each of, in the order in which they are sorted. */
export const GROUPS = ["month", "day", "agent", "number", "kind", "direction"] as const;

export type UsageGroup = (typeof GROUPS)[number];

const MAX_ROWS = 10_000;

export const reportQuery = filterQuery
  .extend({
    groupBy: z
      .string()
      .default("day")
      .transform((list) => [...new Set(list.split(","))])
      .pipe(z.array(z.enum(GROUPS)))
      .meta({ description: `Some of ${GROUPS.join(", ")}, separated by commas` }),
    cursor: z.string().max(400).optional().meta({ description: "nextCursor of the page before" }),
    limit: z.coerce.number().int().min(1).max(MAX_ROWS).default(1_000),
  })
  .superRefine(checkFilter);

export interface ReportQuery extends UsageFilter {
  readonly groupBy: readonly UsageGroup[];
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** What was used, and what it costs. */
export interface UsageSum {
  /** Call legs and messages. */
  readonly count: number;
  /** As they were, not rounded. */
  readonly seconds: number;
  /** Rounded up for each call leg. */
  readonly minutes: number;
  readonly segments: number;
  /** By the organization's rates; undefined where there was none for any of it. */
  readonly cost: Money | undefined;
  /** How many of `count` there was no rate for on their day: the cost is without them. */
  readonly unratedCount: number;
  /** What Twilio is known to have charged, by currency. */
  readonly twilioPrice: readonly Money[];
}

/** The sum for one combination of the groups that were asked for; the others are undefined. */
export interface UsageRow extends UsageSum {
  /** Such as 2026-03. */
  readonly month?: string | undefined;
  readonly day?: string | undefined;
  /** Null for usage of numbers that had no agent. */
  readonly agentId?: string | null | undefined;
  readonly phoneNumberId?: string | undefined;
  /** E.164; undefined where the organization holds it no more. */
  readonly phoneNumber?: string | undefined;
  readonly kind?: UsageKind | undefined;
  readonly direction?: Direction | undefined;
}

export interface UsageReport {
  readonly rows: readonly UsageRow[];
  /** Of everything that the query asked for, on each page the same. */
  readonly totals: UsageSum;
  readonly nextCursor: string | undefined;
}
