// Somebody who breaks off a request has done nothing that an operator should be woken for.
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createServedWorld, type ServedWorld } from "../support/served-world.ts";
import { API_KEY } from "../support/world.ts";

let world: ServedWorld;
beforeAll(async () => {
  world = await createServedWorld("PGlite");
});
afterAll(() => world.close());

const INFO = 30;

/** Sends the beginning of a request, and goes away. */
async function breakOff(path: string, headers: readonly string[]): Promise<void> {
  const { hostname, port, host } = new URL(world.url);
  const socket = connect(Number(port), hostname);
  await new Promise<void>((resolve) => socket.once("connect", resolve));
  const head = [`POST ${path} HTTP/1.1`, `Host: ${host}`, `x-api-key: ${API_KEY}`, ...headers, "", ""];
  await new Promise<void>((resolve) => void socket.write(`${head.join("\r\n")}5\r\nabcde`, () => resolve()));
  socket.destroy();
}

describe.each([
  ["with a length", ["Content-Type: application/x-www-form-urlencoded", "Content-Length: 5000"]],
  ["in chunks", ["Content-Type: application/x-www-form-urlencoded", "Transfer-Encoding: chunked"]],
])("a body %s that is broken off", (_how, headers) => {
  test.each(["/api/twilio/status", "/api/twilio/voice", "/api/agents", "/api/auth/sign-in/email"])(
    "leaves no error in the log, and no failure in the metrics: %s",
    async (path) => {
      const before = world.lines.length;
      await breakOff(path, headers);
      const noted = expect.objectContaining({ msg: "http.request", status: 400 });
      await vi.waitFor(() => expect(world.lines.slice(before)).toContainEqual(noted));
      expect(world.lines.slice(before).filter(({ level }) => level !== INFO)).toEqual([]);
      const metrics = await world.request("GET", "/metrics");
      expect(metrics.body).not.toMatch(/switchhook_http_[^\n]*status="5/);
    },
  );
});
