import type { OpenAPIHono } from "@hono/zod-openapi";
import { type ApiEnv, createApi } from "../api/api.ts";
import { assignRoutes } from "./assignment/assign-routes.ts";
import { numberPlanRoutes } from "./assignment/number-plan-routes.ts";
import type { AssignmentDeps } from "./assignment/phone-number-service.ts";
import type { AllocationDeps } from "./inventory/allocation-service.ts";
import type { ImportDeps } from "./inventory/import-service.ts";
import { inventoryRoutes } from "./inventory/inventory-routes.ts";
import { operationEventRoutes } from "./operations/operation-event-routes.ts";
import { operationRoutes } from "./operations/operation-routes.ts";
import type { WatchDeps } from "./operations/operation-watch.ts";
import { timelineRoutes } from "./timeline/timeline-routes.ts";
import { webhookRoutes } from "./verification/webhook-routes.ts";

export interface PhoneNumberDeps extends AssignmentDeps, AllocationDeps, ImportDeps, WatchDeps {}

export function phoneNumberRoutes(deps: PhoneNumberDeps): OpenAPIHono<ApiEnv> {
  const api = createApi();
  api.route("/", assignRoutes(deps));
  api.route("/", numberPlanRoutes(deps));
  // Before those of one number, whose paths have the same form.
  api.route("/", webhookRoutes(deps));
  api.route("/", inventoryRoutes(deps));
  api.route("/", timelineRoutes(deps));
  api.route("/", operationRoutes(deps));
  api.route("/", operationEventRoutes(deps));
  return api;
}
