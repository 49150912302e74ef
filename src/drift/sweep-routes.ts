import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { type ApiEnv, createApi, responses } from "../api/api.ts";
import type { DriftDeps } from "./drift-deps.ts";
import { getSweep, requestSweep } from "./sweep-service.ts";
import { sweepSchema, sweepView } from "./views.ts";

const params = z.object({ id: z.string().max(200) });
const tags = ["Twilio accounts"];

const start = createRoute({
  method: "post",
  path: "/api/twilio-accounts/{id}/sweep",
  tags,
  summary: "Compare all numbers of a Twilio account with what is wanted, now",
  request: { params },
  responses: {
    ...responses(200, sweepSchema, "Swept"),
    ...responses(202, sweepSchema, "It goes on in the background"),
  },
});

const show = createRoute({
  method: "get",
  path: "/api/twilio-accounts/{id}/sweep",
  tags,
  summary: "Show the last sweep of a Twilio account",
  request: { params },
  responses: responses(200, sweepSchema, "The sweep"),
});

export function sweepRoutes(deps: DriftDeps): OpenAPIHono<ApiEnv> {
  return createApi()
    .openapi(start, async (c) => {
      const sweep = sweepView(await requestSweep(deps, c.var.actor, c.req.valid("param").id));
      return c.json(sweep, sweep.state === "running" ? 202 : 200);
    })
    .openapi(show, async (c) =>
      c.json(sweepView(await getSweep(deps, c.var.actor, c.req.valid("param").id)), 200),
    );
}
