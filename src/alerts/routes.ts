import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { type ApiEnv, createApi, pageQuery, pageResponses, pageView, responses } from "../api/api.ts";
import { CALLER_CHOSEN_ID } from "../base/caller-chosen-id.ts";
import type { ReceiverDeps } from "../receivers/receiver-service.ts";
import { ALERT_KINDS } from "./alert.ts";
import { type AlertListDeps, acknowledgeAlert, getAlert, listAlertPage } from "./alert-list.ts";
import { ALERT_STATES, alertSchema, alertView } from "./views.ts";
import { webhookRoutes } from "./webhook-routes.ts";

const tags = ["Alerts"];
const params = z.object({ id: z.string().max(100) });

const list = createRoute({
  method: "get",
  path: "/api/alerts",
  tags,
  summary: "List the organization's alerts, newest first",
  request: {
    query: pageQuery.extend({
      state: z.enum(ALERT_STATES).optional(),
      kind: z.enum(ALERT_KINDS).optional(),
      phoneNumberId: z.string().regex(CALLER_CHOSEN_ID).optional(),
    }),
  },
  responses: pageResponses("alerts", alertSchema),
});
const get = createRoute({
  method: "get",
  path: "/api/alerts/{id}",
  tags,
  summary: "Get an alert",
  request: { params },
  responses: responses(200, alertSchema, "The alert"),
});
const acknowledge = createRoute({
  method: "post",
  path: "/api/alerts/{id}/acknowledge",
  tags,
  summary: "Say that somebody looks after it",
  description:
    "Resolves nothing: an alert is resolved when its cause is gone. The first to say so stays on record.",
  request: { params },
  responses: responses(200, alertSchema, "Acknowledged"),
});

export function alertRoutes(deps: AlertListDeps & ReceiverDeps): OpenAPIHono<ApiEnv> {
  const api = createApi();
  // First, because its path has the form of an alert's.
  api.route("/", webhookRoutes(deps));
  return api
    .openapi(list, async (c) => {
      const page = await listAlertPage(deps, c.var.actor, c.req.valid("query"));
      return c.json(pageView("alerts", page, alertView), 200);
    })
    .openapi(get, async (c) =>
      c.json(alertView(await getAlert(deps, c.var.actor, c.req.valid("param").id)), 200),
    )
    .openapi(acknowledge, async (c) =>
      c.json(alertView(await acknowledgeAlert(deps, c.var.actor, c.req.valid("param").id)), 200),
    );
}
