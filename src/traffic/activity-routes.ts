// Calls and messages as server-sent events.
import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { type ApiEnv, createApi } from "../api/api.ts";
import { eventResponses, eventStream, type ServerEvent } from "../api/event-stream.ts";
import type { ActivityFeed } from "./activity-feed.ts";
import { callView, messageView } from "./views.ts";

export interface ActivityDeps {
  readonly activity: ActivityFeed;
  /** Aborts when the node stops. */
  readonly streamsEnd: AbortSignal;
}

const events = createRoute({
  method: "get",
  path: "/api/activity/events",
  tags: ["Calls and messages"],
  summary: "Follow calls and messages: an event whenever one has begun or changed",
  description:
    "The first event is named open: read /api/calls and /api/messages when it comes, and again after each reconnection; " +
    "whatever changes afterwards is told, within about a second, whenever it began. Of what changes several times within a " +
    "second the last state is told.",
  responses: eventResponses("Events named open, call and message; their data is as in the lists"),
});

export function activityRoutes({ activity, streamsEnd }: ActivityDeps): OpenAPIHono<ApiEnv> {
  return createApi().openapi(events, (c) =>
    eventStream(c, eventsOf(activity.watch(c.var.actor.orgId, streamsEnd))),
  );
}

async function* eventsOf(
  watching: ReturnType<ActivityFeed["watch"]>,
): AsyncGenerator<ServerEvent | undefined, void, void> {
  for await (const activity of watching) {
    if (activity === undefined) yield undefined;
    else if (activity === "open") yield { name: "open", data: {} };
    else if (activity.kind === "call") yield { name: "call", data: callView(activity.call) };
    else yield { name: "message", data: messageView(activity.message) };
  }
}
