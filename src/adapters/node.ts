import { once } from "node:events";
import { type AddressInfo, isIPv6 } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import type { Switchhook } from "../switchhook.ts";

export interface RunningServer {
  /** Where it listens; the port is the real one when 0 was asked for. */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves Switchhook on its own HTTP server. Rejects when the address is in use. */
export async function serve(
  switchhook: Pick<Switchhook, "fetch"> & Partial<Pick<Switchhook, "endStreams">>,
  { port, host }: { readonly port: number; readonly host: string },
): Promise<RunningServer> {
  const server = createAdaptorServer({ fetch: switchhook.fetch });
  server.listen(port, host);
  await once(server, "listening");
  // A server that listens on a host and port has an address of this form.
  const { port: actualPort } = server.address() as AddressInfo;
  const close = () => {
    switchhook.endStreams?.();
    return new Promise<void>((resolve) => void server.close(() => resolve()));
  };
  return { url: `http://${nameOf(host)}:${actualPort}`, close };
}

/** Where a server that listens on `host` is reached from this machine. */
function nameOf(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "localhost";
  return isIPv6(host) ? `[${host}]` : host;
}
