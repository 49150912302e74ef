import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { type ApiEnv, createApi, nextCursorSchema, responses } from "../api/api.ts";
import type { Db } from "../db/connect.ts";
import { moneySchema } from "../traffic/money.ts";
import { usageFilter } from "./filter.ts";
import { directionSchema, kindSchema } from "./kind.ts";
import { reportQuery, type UsageRow, type UsageSum } from "./report.ts";
import { reportUsage } from "./report-service.ts";

export const sumSchema = z
  .object({
    count: z.int().meta({ description: "Call legs and messages" }),
    seconds: z.int().meta({ description: "Not rounded" }),
    minutes: z.int().meta({ description: "Rounded up for each call leg" }),
    segments: z.int(),
    cost: moneySchema.nullable().meta({
      description: "By the organization's rates, each of its day; null where there was none for any of it",
    }),
    unratedCount: z
      .int()
      .meta({ description: "How many of count there was no rate for: cost is without them" }),
    twilioPrice: z
      .array(moneySchema)
      .meta({ description: "What Twilio is known to have charged, by currency" }),
  })
  .meta({ id: "UsageSum" });

const rowSchema = sumSchema
  .extend({
    month: z.string().optional().meta({ description: "UTC, such as 2026-03" }),
    day: z.iso.date().optional(),
    chatbotId: z.string().nullable().optional().meta({ description: "null: the number had no agent" }),
    phoneNumberId: z.string().optional(),
    phoneNumber: z
      .string()
      .optional()
      .meta({ description: "E.164, of a number that the organization holds" }),
    kind: kindSchema.optional(),
    direction: directionSchema.optional(),
  })
  .meta({ id: "UsageRow", description: "Has the members that groupBy asks for" });

const report = createRoute({
  method: "get",
  path: "/api/usage",
  tags: ["Usage"],
  summary: "Report what was used and what it costs, by month, day, agent, number, kind or direction",
  request: { query: reportQuery },
  responses: responses(
    200,
    z.object({
      rows: z.array(rowSchema),
      totals: sumSchema.meta({ description: "Of all rows, whether they are on this page or not" }),
      nextCursor: nextCursorSchema,
    }),
    "A page, in the order of month, day, agent, number, kind and direction",
  ),
});

export function reportRoutes(deps: { readonly db: Db }): OpenAPIHono<ApiEnv> {
  return createApi().openapi(report, async (c) => {
    const { groupBy, cursor, limit, ...filter } = c.req.valid("query");
    const query = { ...usageFilter(filter), groupBy, cursor, limit };
    const { rows, totals, nextCursor } = await reportUsage(deps, c.var.actor, query);
    return c.json({ rows: rows.map(rowView), totals: sumView(totals), nextCursor: nextCursor ?? null }, 200);
  });
}

// Member by member: taking "the rest" of an object is slow, and there are thousands of rows.
function rowView(row: UsageRow) {
  const { month, day, agentId, phoneNumberId, phoneNumber, kind, direction } = row;
  return { month, day, chatbotId: agentId, phoneNumberId, phoneNumber, kind, direction, ...sumView(row) };
}

export function sumView(sum: UsageSum) {
  const { count, seconds, minutes, segments, cost, unratedCount, twilioPrice } = sum;
  return {
    count,
    seconds,
    minutes,
    segments,
    cost: cost ?? null,
    unratedCount,
    twilioPrice: [...twilioPrice],
  };
}
