// A batch's progress as server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { type ApiEnv, createApi, responses } from "../auth/api.ts";
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
    headers: z.object({ "last-event-id": z.string().max(100).optional() }),
  },
  responses: {
    200: {
      description: "Events named progress, and one named end after the last",
      content: { "text/event-stream": { schema: z.string() } },
    },
    204: { description: "It has ended, and the client has seen how" },
    default: responses(200, z.string(), "").default,
  },
});

export function batchEventRoutes(deps: FleetDeps): OpenAPIHono<ApiEnv> {
  return createApi().openapi(events, async (c) => {
    const batch = await getBatch(deps, c.var.actor, c.req.valid("param").id);
    const seen = Number(c.req.valid("header")["last-event-id"] ?? -1);
    if (isAtRest(batch) && batch.revision <= seen) return c.body(null, 204);
    const watching = deps.batchProgress.watch(batch, seen);
    // Pulls an event when the client has taken the one before, and ends the watch when the client goes away.
    const body = ReadableStream.from(eventTexts(watching)).pipeThrough(new TextEncoderStream());
    return c.body(body, 200, {
      "Content-Type": "text/event-stream",
      "Cache-Control": "no-store",
      // nginx would hold events back until there are some kilobytes of them.
      "X-Accel-Buffering": "no",
    });
  });
}

/** The text of the stream; a comment where there has been nothing to tell. */
async function* eventTexts(
  watching: AsyncGenerator<Batch | undefined, void, void>,
): AsyncGenerator<string, void, void> {
  for await (const batch of watching) {
    if (!batch) {
      yield ": still here\n\n";
      continue;
    }
    yield `id: ${batch.revision}\nevent: progress\ndata: ${JSON.stringify(batchView(batch))}\n\n`;
    if (isAtRest(batch)) yield "event: end\ndata: {}\n\n";
  }
}
