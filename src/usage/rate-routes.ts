import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { type ApiEnv, createApi, jsonBody, responses } from "../api/api.ts";
import { type Rate, rateSchema, replaceRatesSchema } from "./rate.ts";
import { listUsageRates, type RateDeps, replaceUsageRates } from "./rate-service.ts";

const ratesSchema = z.object({ rates: z.array(rateSchema) });
const tags = ["Usage"];

const list = createRoute({
  method: "get",
  path: "/api/usage/rates",
  tags,
  summary: "List what a minute, a segment or a message costs, and since when",
  responses: responses(200, ratesSchema, "All rates, the past and the coming ones as well"),
});
const replace = createRoute({
  method: "put",
  path: "/api/usage/rates",
  tags,
  summary: "Set the rates that begin on a day",
  description:
    "Replaces the rates that begin on that day; the others stay. A rate is good until another of its kind, direction and " +
    "unit begins, so one that should end is followed by one of 0. Costs are computed when they are read: a day in the " +
    "past changes what the past has cost. Needs the role admin.",
  request: jsonBody(replaceRatesSchema),
  responses: responses(200, ratesSchema, "All rates, as they are now"),
});

export function rateRoutes(deps: RateDeps): OpenAPIHono<ApiEnv> {
  return createApi()
    .openapi(list, async (c) => {
      const rates = await listUsageRates(deps, c.var.actor);
      return c.json({ rates: rates.map(rateView) }, 200);
    })
    .openapi(replace, async (c) => {
      const rates = await replaceUsageRates(deps, c.var.actor, c.req.valid("json"));
      return c.json({ rates: rates.map(rateView) }, 200);
    });
}

function rateView(rate: Rate) {
  return { ...rate, effectiveUntil: rate.effectiveUntil ?? null };
}
