import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { type ApiEnv, createApi, jsonBody, responses, timestamp } from "../../api/api.ts";
import { moneySchema } from "../../traffic/money.ts";
import { countDays, daySchema } from "../day.ts";
import { MAX_COMPARED_DAYS, MAX_RECONCILED_DAYS } from "../day-limits.ts";
import type { Comparison } from "./comparison-store.ts";
import { compareUsage, reconcileUsage } from "./reconciliation-service.ts";
import type { RunDeps } from "./runs.ts";
import { CATEGORIES } from "./usage-records.ts";

const accountDays = {
  accountId: z.string().max(200),
  from: daySchema,
  to: daySchema.meta({ description: "The last day, included; UTC" }),
};

type DayRange = { readonly from: string; readonly to: string };

function atMost(maxDays: number) {
  return ({ from, to }: DayRange, context: z.RefinementCtx): void => {
    const refuse = (message: string) => context.addIssue({ code: "custom", path: ["to"], message });
    if (to < from) refuse("Not before from");
    if (countDays(from, to) > maxDays) refuse(`At most ${maxDays} days at once`);
  };
}

const countsSchema = z
  .object({
    seen: z.int().meta({ description: "Calls and messages that Twilio listed" }),
    recorded: z.int().meta({ description: "Of these: of numbers that an organization held at that time" }),
    nobodys: z.int().meta({ description: "Of numbers that nobody held" }),
    unreadable: z.int(),
    charges: z.int().meta({ description: "Entries of the ledger for what no callback had told of" }),
    corrections: z.int().meta({ description: "Entries for what was different, prices among them" }),
    isComplete: z.boolean().meta({ description: "false: time ran out; ask for fewer days" }),
  })
  .meta({ id: "ReconciliationCounts" });

const quantitySchema = z.object({ count: z.int(), usage: z.int() });

const comparisonSchema = z
  .object({
    day: z.iso.date(),
    category: z.enum(CATEGORIES.map(({ name }) => name)).meta({ description: "Twilio's" }),
    unit: z
      .enum(["minutes", "segments", "messages"])
      .meta({ description: "Of usage; minutes are rounded up per leg" }),
    ours: quantitySchema,
    twilio: quantitySchema.extend({
      price: moneySchema.nullable().meta({ description: "null where it has charged nothing yet" }),
    }),
    difference: quantitySchema.meta({
      description:
        "Ours less Twilio's. Twilio's has every number of the account, ours those that were imported.",
    }),
    comparedAt: timestamp,
  })
  .meta({ id: "UsageComparison" });

const tags = ["Usage"];

const reconcile = createRoute({
  method: "post",
  path: "/api/usage/reconcile",
  tags,
  summary: "Read Twilio's records of an account's days now, and add or correct what differs",
  description: `At most ${MAX_RECONCILED_DAYS} days. Doing it twice changes nothing.`,
  request: jsonBody(z.strictObject(accountDays).superRefine(atMost(MAX_RECONCILED_DAYS))),
  responses: responses(200, countsSchema, "What came of it"),
});
const compare = createRoute({
  method: "get",
  path: "/api/usage/comparison",
  tags,
  summary: "Show how an account's days compared with Twilio's Usage Records when they were last looked at",
  description: `At most ${MAX_COMPARED_DAYS} days. Each day is looked at for three days, and when it is reconciled.`,
  request: { query: z.object(accountDays).superRefine(atMost(MAX_COMPARED_DAYS)) },
  responses: responses(200, z.object({ comparisons: z.array(comparisonSchema) }), "The days, oldest first"),
});

export function reconciliationRoutes(deps: RunDeps): OpenAPIHono<ApiEnv> {
  return createApi()
    .openapi(reconcile, async (c) => {
      return c.json(await reconcileUsage(deps, c.var.actor, c.req.valid("json")), 200);
    })
    .openapi(compare, async (c) => {
      const comparisons = await compareUsage(deps, c.var.actor, c.req.valid("query"));
      return c.json({ comparisons: comparisons.map(comparisonView) }, 200);
    });
}

const UNITS = new Map(CATEGORIES.map(({ name, unit }) => [name, unit]));

function comparisonView(comparison: Comparison) {
  const { day, category, ourCount, ourUsage, twilioCount, twilioUsage, twilioPrice, priceUnit } = comparison;
  const price =
    twilioPrice === undefined || priceUnit === undefined
      ? null
      : { amount: twilioPrice, currency: priceUnit };
  return {
    day,
    category,
    unit: UNITS.get(category) ?? "messages",
    ours: { count: ourCount, usage: ourUsage },
    twilio: { count: twilioCount, usage: twilioUsage, price },
    difference: { count: ourCount - twilioCount, usage: ourUsage - twilioUsage },
    comparedAt: comparison.comparedAt.toISOString(),
  };
}
