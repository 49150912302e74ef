// Server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html
import type { Context } from "hono";
import { z } from "zod";
import { type ApiEnv, problemAnswer } from "./api.ts";

export interface ServerEvent {
  /** What a client that comes back says in Last-Event-ID. */
  readonly id?: string;
  readonly name: string;
  readonly data: unknown;
}

/** So often does a listener hear something, so that nothing in between takes the connection for dead. */
export const IDLE_MS = 15_000;

export const lastEventIdHeader = z.object({ "last-event-id": z.string().max(200).optional() });

/** The `responses` of a route that streams events. */
export function eventResponses(description: string) {
  return {
    200: { description, content: { "text/event-stream": { schema: z.string() } } },
    default: problemAnswer,
  };
}

/**
 * Answers with a stream. It pulls an event when the client has taken the one before, and ends the events when the client
 * goes away or may see them no more. Undefined keeps the connection alive where there has been nothing to tell.
 */
export function eventStream(c: Context<ApiEnv>, events: AsyncIterable<ServerEvent | undefined>) {
  const body = ReadableStream.from(eventTexts(events, c.var.isStillAsking)).pipeThrough(
    new TextEncoderStream(),
  );
  return c.body(body, 200, {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-store",
    // nginx would hold events back until there are some kilobytes of them.
    "X-Accel-Buffering": "no",
  });
}

async function* eventTexts(
  events: AsyncIterable<ServerEvent | undefined>,
  isStillAsking: () => Promise<boolean>,
): AsyncGenerator<string, void, void> {
  for await (const event of events) {
    if (!(await isStillAsking())) return;
    if (!event) yield ": still here\n\n";
    else {
      const id = event.id === undefined ? "" : `id: ${event.id}\n`;
      yield `${id}event: ${event.name}\ndata: ${JSON.stringify(event.data)}\n\n`;
    }
  }
}
