import type { OpenAPIHono } from "@hono/zod-openapi";
import { type ApiEnv, createApi } from "../api/api.ts";
import { batchEventRoutes } from "./batch-event-routes.ts";
import { batchRoutes } from "./batch-routes.ts";
import { configureRoutes } from "./configure-routes.ts";
import type { FleetDeps } from "./fleet-deps.ts";

export function fleetRoutes(deps: FleetDeps): OpenAPIHono<ApiEnv> {
  const api = createApi();
  api.route("/", configureRoutes(deps));
  api.route("/", batchRoutes(deps));
  api.route("/", batchEventRoutes(deps));
  return api;
}
