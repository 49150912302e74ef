import type { AddressInfo } from "node:net";
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
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  // A server that listens on a host and port has an address of this form.
  const { port: actualPort } = server.address() as AddressInfo;
  const close = () => {
    switchhook.endStreams?.();
    return new Promise<void>((resolve) => void server.close(() => resolve()));
  };
  return { url: `http://${host === "0.0.0.0" ? "localhost" : host}:${actualPort}`, close };
}
