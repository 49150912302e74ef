import type { OpenAPIHono } from "@hono/zod-openapi";
import { type ApiEnv, createApi } from "../api/api.ts";
import type { ReceiverDeps } from "../receivers/receiver-service.ts";
import { exportRoutes } from "./export-routes.ts";
import type { ExportDeps } from "./export-service.ts";
import { rateRoutes } from "./rate-routes.ts";
import { reconciliationRoutes } from "./reconciliation/routes.ts";
import type { RunDeps } from "./reconciliation/runs.ts";
import { reportRoutes } from "./report-routes.ts";
import { sinkRoutes } from "./sink-routes.ts";

export interface UsageDeps extends ExportDeps, ReceiverDeps, RunDeps {}

export function usageRoutes(deps: UsageDeps): OpenAPIHono<ApiEnv> {
  const api = createApi();
  api.route("/", reportRoutes(deps));
  api.route("/", rateRoutes(deps));
  api.route("/", exportRoutes(deps));
  api.route("/", sinkRoutes(deps));
  api.route("/", reconciliationRoutes(deps));
  return api;
}
