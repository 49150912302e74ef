import { once } from "node:events";
import { Server } from "node:http";
import { type AddressInfo, isIPv6 } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { systemClock } from "../base/clock.ts";
import { isDoneWithin } from "../base/deadline.ts";
import type { Switchhook } from "../switchhook.ts";

export interface RunningServer {
  /** Where it listens; the port is the real one when 0 was asked for. */
  readonly url: string;
  /** Takes no more requests, and cuts off what is not answered within the grace period. */
  close(): Promise<void>;
}

export interface ServeOptions {
  readonly port: number;
  readonly host: string;
  /** For how long requests under way are waited for at the end: 15 seconds, the longest that one waits for Twilio. */
  readonly graceMs?: number;
}

/** Serves Switchhook on its own HTTP server. Rejects when the address is in use. */
export async function serve(
  switchhook: Pick<Switchhook, "fetch"> & Partial<Pick<Switchhook, "endStreams">>,
  { port, host, graceMs = 15_000 }: ServeOptions,
): Promise<RunningServer> {
  const server = createAdaptorServer({ fetch: switchhook.fetch });
  server.listen(port, host);
  await once(server, "listening");
  // A server that listens on a host and port has an address of this form.
  const { port: actualPort } = server.address() as AddressInfo;
  const close = async () => {
    switchhook.endStreams?.();
    const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
    // Somebody may have stopped reading a long answer, and would keep the process for ever.
    const isDone = await isDoneWithin(systemClock, graceMs, closed);
    if (!isDone && server instanceof Server) server.closeAllConnections();
    await closed;
  };
  return { url: `http://${nameOf(host)}:${actualPort}`, close };
}

/** Where a server that listens on `host` is reached from this machine. */
function nameOf(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "localhost";
  return isIPv6(host) ? `[${host}]` : host;
}
