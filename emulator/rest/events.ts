import type { EventResource } from "../resources.ts";
import { ok, type RestContext, type Route } from "./context.ts";
import { metaEnvelope, readPage } from "./paging.ts";

/** Only updates of phone numbers are recorded. */
export const eventRoutes: readonly Route[] = [{ method: "GET", pattern: "/v1/Events", handler: listEvents }];

function listEvents(context: RestContext) {
  const { query } = context.request;
  const startMs = Date.parse(query.get("StartDate") ?? "1970-01-01");
  const endMs = Date.parse(query.get("EndDate") ?? "9999-12-31");
  const isWanted = (event: EventResource) => {
    const atMs = Date.parse(event.event_date);
    return (
      event.account_sid === context.account.sid &&
      isWithin(query, "ResourceSid", event.resource_sid) &&
      isWithin(query, "ActorSid", event.actor_sid) &&
      isWithin(query, "EventType", event.event_type) &&
      atMs >= startMs &&
      atMs <= endMs
    );
  };
  const page = readPage(context, context.instance.state.events, isWanted);
  const present = (event: EventResource) => ({
    ...event,
    url: `${context.instance.origin}/v1/Events/${event.sid}`,
    links: {},
  });
  return ok(metaEnvelope(context, "events", page, present));
}

function isWithin(query: URLSearchParams, filter: string, value: string): boolean {
  return (query.get(filter) ?? value) === value;
}
