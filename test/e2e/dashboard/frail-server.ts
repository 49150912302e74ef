// Another way to the same Switchhook, which can go away with all of its connections, and come back.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import type { Switchhook } from "../../../src/index.ts";

export interface FrailServer {
  readonly url: string;
  /** Breaks off what is under way, and answers what comes next. */
  cut(): void;
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
}

export async function openFrailServer({ fetch }: Pick<Switchhook, "fetch">): Promise<FrailServer> {
  const answer = getRequestListener(fetch);
  const server = createServer((request, response) => void answer(request, response));
  const listen = (port: number) =>
    new Promise<void>((resolve) => void server.listen(port, "127.0.0.1", resolve));
  await listen(0);
  // A server that listens on a host and port has an address of this form.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    cut: () => server.closeAllConnections(),
    goAway: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
    comeBack: () => listen(port),
  };
}
