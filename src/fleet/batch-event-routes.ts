// A batch's progress as server-sent events.
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { type ApiEnv, createApi } from "../api/api.ts";
import { eventResponses, eventStream, lastEventIdHeader, type ServerEvent } from "../api/event-stream.ts";
import type { Batch } from "./batch.ts";
import { isAtRest } from "./batch-rules.ts";
import { getBatch } from "./batch-service.ts";
import { batchView } from "./batch-views.ts";
import type { FleetDeps } from "./fleet-deps.ts";

const events = createRoute({
  method: "get",
  path: "/api/batches/{id}/events",
  tags: ["Batches"],
  summary: "Follow a batch: an event whenever there is something new to see, until it has ended",
  description:
    "The data of each event is the batch as GET shows it. A client that comes back with Last-Event-ID hears of what is " +
    "newer than that; 204 when nothing is, and nothing will be.",
  request: {
    params: z.object({ id: z.string().max(200) }),
    headers: lastEventIdHeader,
  },
  responses: {
    ...eventResponses("Events named progress, and one named end after the last"),
    204: { description: "It has ended, and the client has seen how" },
  },
});

export function batchEventRoutes(deps: FleetDeps): OpenAPIHono<ApiEnv> {
  return createApi().openapi(events, async (c) => {
    const batch = await getBatch(deps, c.var.actor, c.req.valid("param").id);
    const seen = seenFrom(c.req.valid("header")["last-event-id"]);
    if (isAtRest(batch) && batch.revision <= seen) return c.body(null, 204);
    return eventStream(c, eventsOf(deps.batchProgress.watch(batch, deps.streamsEnd, seen)));
  });
}

/** Whoever brings anything else has seen nothing of ours. */
function seenFrom(lastEventId = ""): number {
  return /^\d{1,15}$/.test(lastEventId) ? Number(lastEventId) : -1;
}

async function* eventsOf(
  watching: AsyncGenerator<Batch | undefined, void, void>,
): AsyncGenerator<ServerEvent | undefined, void, void> {
  for await (const batch of watching) {
    yield batch && { id: String(batch.revision), name: "progress", data: batchView(batch) };
    if (batch && isAtRest(batch)) yield { name: "end", data: {} };
  }
}
