// What the tests of this folder share: a client with a clock and a log of its own, and servers that misbehave.
import type { ServerResponse } from "node:http";
import { createServer, type Socket } from "node:net";
import { pino } from "pino";
import { testClock } from "../base/clock.testing.ts";
import type { Lookup } from "./name-lookup.ts";
import type { OutboundAnswer } from "./outbound-answer.ts";
import { OutboundClient, type OutboundClientOptions, type OutboundRequest } from "./outbound-client.ts";

/** Long enough for any machine: a test in which it runs out has failed. */
const PATIENT_MS = 20_000;
/** For a test in which it is meant to run out. */
export const IMPATIENT_MS = 200;

export interface TestOutbound {
  readonly client: OutboundClient;
  readonly clock: ReturnType<typeof testClock>;
  /** Every line that was logged. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  get(url: string, change?: Partial<OutboundRequest>): Promise<OutboundAnswer>;
  post(url: string, body: string, change?: Partial<OutboundRequest>): Promise<OutboundAnswer>;
}

/** A client for which only the hosts named may be on this machine; unless a test brings a lookup, no name resolves. */
export function testOutbound(
  allowedPrivateHosts: readonly string[],
  options: Partial<OutboundClientOptions> = {},
): TestOutbound {
  const clock = testClock();
  const lines: Record<string, unknown>[] = [];
  const log = pino({ base: undefined }, { write: (line) => lines.push(JSON.parse(line)) });
  const client = new OutboundClient({ allowedPrivateHosts, clock, log, lookup: noName, ...options });
  const defaults = {
    lane: "delivery",
    headers: {},
    timeoutMs: PATIENT_MS,
    maxResponseBytes: 65_536,
  } as const;
  return {
    client,
    clock,
    lines,
    get: (url, change) => client.request({ url, method: "GET", ...defaults, ...change }),
    post: (url, body, change) => client.request({ url, method: "POST", body, ...defaults, ...change }),
  };
}

/** A name server that says the same of every name. */
export function resolvesTo(...addresses: readonly string[]): Lookup {
  return async () => addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
}

export function redirect(res: ServerResponse, status: number, location: string): void {
  res.writeHead(status, { location }).end("Over there");
}

async function noName(hostname: string): Promise<never> {
  throw Object.assign(new Error(`no name server is asked for ${hostname}`), { code: "ENOTFOUND" });
}

/** A server that does not have to speak HTTP: `onRequest` runs when the first bytes have come. */
export async function startRawServer(onRequest: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    socket.once("data", () => onRequest(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { host: `127.0.0.1:${port}`, url: `http://127.0.0.1:${port}`, close };
}
