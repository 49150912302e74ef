import type { OpenAPIHono } from "@hono/zod-openapi";
import { type ApiEnv, createApi } from "../auth/api.ts";
import { exportRoutes } from "./export-routes.ts";
import type { ExportDeps } from "./export-service.ts";
import { rateRoutes } from "./rate-routes.ts";
import { reportRoutes } from "./report-routes.ts";

export type UsageDeps = ExportDeps;

export function usageRoutes(deps: UsageDeps): OpenAPIHono<ApiEnv> {
  const api = createApi();
  api.route("/", reportRoutes(deps));
  api.route("/", rateRoutes(deps));
  api.route("/", exportRoutes(deps));
  return api;
}
