// What becomes of a number as server-sent events.
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { type ApiEnv, createApi } from "../../api/api.ts";
import { eventResponses, eventStream, lastEventIdHeader, type ServerEvent } from "../../api/event-stream.ts";
import { phoneNumberIdSchema } from "../phone-number.ts";
import { getPhoneNumber } from "../phone-number-lookup.ts";
import { operationView } from "../views.ts";
import type { Operation } from "./operation.ts";
import { latestSeen, type Seen, seenOf, type WatchDeps, watchOperations } from "./operation-watch.ts";

const events = createRoute({
  method: "get",
  path: "/api/phone-numbers/{id}/operations/events",
  tags: ["Operations"],
  summary: "Follow what is done to a number: an event for each phase of each operation",
  description:
    "Open it, and then assign the number: whatever begins after the answer's headers is told. The data of each event is " +
    "the operation as GET shows it; one that is open comes first. A client that comes back with Last-Event-ID misses nothing.",
  request: { params: z.object({ id: phoneNumberIdSchema }), headers: lastEventIdHeader },
  responses: eventResponses("Events named operation, until the client goes away"),
});

export function operationEventRoutes(deps: WatchDeps): OpenAPIHono<ApiEnv> {
  return createApi().openapi(events, async (c) => {
    const number = await getPhoneNumber(deps.db, c.var.actor, c.req.valid("param").id);
    const lastEventId = c.req.valid("header")["last-event-id"];
    const seen = seenFrom(lastEventId) ?? (await latestSeen(deps.db, number));
    return eventStream(c, eventsOf(watchOperations(deps, number, seen)));
  });
}

async function* eventsOf(
  watching: AsyncGenerator<Operation | undefined, void, void>,
): AsyncGenerator<ServerEvent | undefined, void, void> {
  for await (const operation of watching) {
    yield operation && { id: eventId(seenOf(operation)), name: "operation", data: operationView(operation) };
  }
}

function eventId({ operationId, phaseCount }: Seen): string {
  return `${operationId}/${phaseCount}`;
}

function seenFrom(lastEventId = ""): Seen | undefined {
  const [, operationId, phaseCount] = /^(op_[\w-]+)\/(\d{1,4})$/.exec(lastEventId) ?? [];
  return operationId === undefined ? undefined : { operationId, phaseCount: Number(phaseCount) };
}
