import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { alertSchema, alertView } from "../../alerts/views.ts";
import { type ApiEnv, createApi, pageQuery, pageResponses, pageView, timestamp } from "../../api/api.ts";
import { assertNever } from "../../base/errors.ts";
import type { Db } from "../../db/connect.ts";
import { callSchema, callView, messageSchema, messageView } from "../../traffic/views.ts";
import { phoneNumberIdSchema } from "../phone-number.ts";
import { operationSchema, operationView } from "../views.ts";
import { readTimeline, type TimelineEntry } from "./timeline-service.ts";

const entrySchema = z
  .discriminatedUnion("kind", [
    z.object({ kind: z.literal("operation"), at: timestamp, operation: operationSchema }),
    z.object({ kind: z.literal("call"), at: timestamp, call: callSchema }),
    z.object({ kind: z.literal("message"), at: timestamp, message: messageSchema }),
    z.object({ kind: z.literal("alert"), at: timestamp, alert: alertSchema }),
  ])
  .meta({ id: "TimelineEntry" });

const timeline = createRoute({
  method: "get",
  path: "/api/phone-numbers/{id}/timeline",
  tags: ["Phone numbers"],
  summary: "List what happened to a number, newest first: operations, calls, messages and alerts",
  request: { params: z.object({ id: phoneNumberIdSchema }), query: pageQuery },
  responses: pageResponses("entries", entrySchema),
});

export function timelineRoutes({ db }: { readonly db: Db }): OpenAPIHono<ApiEnv> {
  return createApi().openapi(timeline, async (c) => {
    const { id } = c.req.valid("param");
    const page = await readTimeline(db, c.var.actor, id, c.req.valid("query"));
    return c.json(pageView("entries", page, entryView), 200);
  });
}

function entryView(entry: TimelineEntry): z.infer<typeof entrySchema> {
  const at = entry.at.toISOString();
  switch (entry.kind) {
    case "operation":
      return { kind: "operation", at, operation: operationView(entry.operation) };
    case "call":
      return { kind: "call", at, call: callView(entry.call) };
    case "message":
      return { kind: "message", at, message: messageView(entry.message) };
    case "alert":
      return { kind: "alert", at, alert: alertView(entry.alert) };
    default:
      return assertNever(entry);
  }
}
