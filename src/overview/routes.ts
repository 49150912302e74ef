import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { type ApiEnv, createApi, responses, timestamp } from "../api/api.ts";
import { entrySchema, entryView } from "../audit/routes.ts";
import { numberCountsSchema } from "../phone-numbers/inventory/inventory-routes.ts";
import { sumSchema, sumView } from "../usage/report-routes.ts";
import { type OverviewDeps, readOverview } from "./overview-service.ts";

const overviewSchema = z
  .object({
    numbers: numberCountsSchema,
    shadowed: z.int().meta({
      description:
        "Numbers of which a channel has our URL, but something of higher precedence answers instead",
    }),
    openAlerts: z.int(),
    traffic: z.object({
      hours: z
        .array(z.object({ hour: timestamp, calls: z.int(), messages: z.int() }))
        .meta({ description: "The last 24, the current one last" }),
      delivery: z
        .object({
          delivered: z.int(),
          failed: z.int(),
          pending: z.int(),
          rate: z
            .number()
            .nullable()
            .meta({ description: "delivered of delivered and failed; null without any" }),
        })
        .meta({ description: "Of the messages sent in these hours" }),
      isComplete: z
        .boolean()
        .meta({ description: "false when there were more than the 50,000 newest that are counted of each" }),
    }),
    month: z
      .object({ from: z.iso.date(), to: z.iso.date(), usage: sumSchema })
      .meta({ description: "This month so far, UTC" }),
    latest: z.array(entrySchema).meta({ description: "The newest audit entries" }),
  })
  .meta({ id: "Overview" });

const overview = createRoute({
  method: "get",
  path: "/api/overview",
  tags: ["Overview"],
  summary: "See how the numbers are, what goes through them, what that costs, and what happened last",
  responses: responses(200, overviewSchema, "The overview"),
});

export function overviewRoutes(deps: OverviewDeps): OpenAPIHono<ApiEnv> {
  return createApi().openapi(overview, async (c) => {
    const { traffic, month, latest, ...counts } = await readOverview(deps, c.var.actor);
    const { delivered, failed, pending } = traffic.delivery;
    const known = delivered + failed;
    return c.json(
      {
        ...counts,
        traffic: {
          ...traffic,
          hours: traffic.hours.map(({ hour, ...sums }) => ({ hour: hour.toISOString(), ...sums })),
          delivery: { delivered, failed, pending, rate: known === 0 ? null : delivered / known },
        },
        month: { ...month, usage: sumView(month.usage) },
        latest: latest.map(entryView),
      },
      200,
    );
  });
}
