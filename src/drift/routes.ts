import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { type ApiEnv, createApi, pageQuery, pageResponses, pageView } from "../api/api.ts";
import { fieldClassSchema } from "../phone-numbers/field-class.ts";
import { phoneNumberIdSchema } from "../phone-numbers/phone-number.ts";
import type { DriftDeps } from "./drift-deps.ts";
import { listDriftPage } from "./drift-list.ts";
import { policyRoutes } from "./policy-routes.ts";
import { sweepRoutes } from "./sweep-routes.ts";
import { driftSchema, driftView } from "./views.ts";

const list = createRoute({
  method: "get",
  path: "/api/drift",
  tags: ["Drift"],
  summary: "List what differs from what is wanted, and what did, newest first",
  request: {
    query: pageQuery.extend({
      open: z.stringbool().optional(),
      fieldClass: fieldClassSchema.optional(),
      accountId: z.string().max(200).optional(),
      phoneNumberId: phoneNumberIdSchema.optional(),
    }),
  },
  responses: pageResponses("drifts", driftSchema),
});

export function driftRoutes(deps: DriftDeps): OpenAPIHono<ApiEnv> {
  const api = createApi();
  api.route("/", sweepRoutes(deps));
  api.route("/", policyRoutes(deps));
  return api.openapi(list, async (c) => {
    const page = await listDriftPage(deps, c.var.actor, c.req.valid("query"));
    return c.json(pageView("drifts", page, driftView), 200);
  });
}
