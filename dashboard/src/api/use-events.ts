import { useEffect, useEffectEvent } from "react";
import { send } from "./client.ts";

const RECONNECT_MS = 3_000;

/**
 * Listens to server-sent events for as long as the component is there. A browser comes back by itself after a lost
 * connection, with Last-Event-ID; after an answer that is no event stream (a server that restarts) it does not, so we do.
 *
 * @param url undefined while there is nothing to listen to
 * @param handlers by the event's name, with its data; an event named `end` is the last, and `lost` says that the stream
 *   broke off
 */
export function useEvents(
  url: string | undefined,
  handlers: Readonly<Record<string, (data: unknown) => void>>,
): void {
  const handle = useEffectEvent((name: string, data: unknown) => handlers[name]?.(data));
  const names = Object.keys(handlers).join(" ");
  useEffect(() => {
    const stop = url === undefined ? undefined : listen(url, names.split(" "), handle);
    return () => stop?.();
  }, [url, names]);
}

function listen(
  url: string,
  names: readonly string[],
  handle: (name: string, data: unknown) => void,
): () => void {
  let source: EventSource;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = () => {
    clearTimeout(timer);
    source.close();
  };
  const start = () => {
    source = new EventSource(url);
    for (const name of names) {
      source.addEventListener(name, (event) => {
        // Having connected is an event named open as well, without data: one that the server sends is a message.
        if (event instanceof MessageEvent) handle(name, JSON.parse(event.data));
      });
    }
    source.addEventListener("end", stop);
    source.addEventListener("error", () => {
      handle("lost", undefined);
      void learnWhy(url);
      if (source.readyState === EventSource.CLOSED) timer = setTimeout(start, RECONNECT_MS);
    });
  };
  start();
  return stop;
}

/** An EventSource doesn't say why it failed: a request does, and reports a lost connection and an ended session. */
async function learnWhy(url: string): Promise<void> {
  const response = await send(url).catch(() => undefined);
  await response?.body?.cancel();
}
