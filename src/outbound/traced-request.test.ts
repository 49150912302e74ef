import { createServer as createHttpServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import { afterEach, expect, test } from "vitest";
import { systemClock } from "../base/clock.ts";
import { SELF_SIGNED } from "./self-signed.testing.ts";
import { traceRequest } from "./traced-request.ts";

let server: Server | undefined;
afterEach(() => server?.close());

async function listen(listening: Server): Promise<number> {
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  return (listening.address() as AddressInfo).port;
}

const trace = (url: string, timeoutMs = 5_000) =>
  traceRequest({ clock: systemClock }, { url, headers: {}, body: "a=1", timeoutMs });

test("an answer comes with its stages, in their order", async () => {
  const port = await listen(createHttpServer((_request, response) => response.end("hello")));
  const found = await trace(`http://localhost:${port}/`);
  expect(found).toMatchObject({ outcome: "answered", status: 200, body: "hello", certificate: undefined });
  const { dns = NaN, connect = NaN, answer = NaN } = found.timings;
  expect([dns, connect, answer, found.totalMs]).toEqual(
    [dns, connect, answer, found.totalMs].toSorted((a, b) => a - b),
  );
});

test("a certificate that nobody vouches for fails in its own stage", async () => {
  const port = await listen(createHttpsServer(SELF_SIGNED));
  const found = await trace(`https://localhost:${port}/`);
  expect(found).toMatchObject({
    outcome: "failed",
    stage: "tls",
    reason: expect.stringMatching(/self-signed/),
  });
});

test.each([
  ["a name that does not exist", "http://nowhere.invalid/", "dns"],
  ["a port where nobody listens", "http://127.0.0.1:9/", "connect"],
])("%s fails in its own stage", async (_name, url, stage) => {
  expect(await trace(url)).toMatchObject({ outcome: "failed", stage });
});

test("a server that says nothing fails in the last stage", async () => {
  const port = await listen(createTcpServer(() => {}));
  const found = await trace(`http://127.0.0.1:${port}/`, 100);
  expect(found).toMatchObject({ outcome: "failed", stage: "answer", address: "127.0.0.1" });
});

test("of an endless answer no more is read than an answer may have", async () => {
  const port = await listen(
    createHttpServer((_request, response) => {
      const more = setInterval(() => response.write("x".repeat(32_768)), 1);
      response.once("close", () => clearInterval(more));
    }),
  );
  expect(await trace(`http://127.0.0.1:${port}/`)).toMatchObject({
    outcome: "failed",
    stage: "answer",
    reason: expect.stringMatching(/more than 64 KiB/),
  });
});
