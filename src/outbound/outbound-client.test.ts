import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { json, type ReceivedRequest, startServer } from "../twilio/twilio.testing.ts";
import type { Lookup } from "./name-lookup.ts";
import { redirect, resolvesTo, type TestOutbound, testOutbound } from "./outbound-client.testing.ts";

type Handler = (request: ReceivedRequest, res: ServerResponse) => void;

const BODY = JSON.stringify({ text: "¿Qué tal?" });
let handle: Handler;
let server: Awaited<ReturnType<typeof startServer>>;
let host: string;
let port: string;
let outbound: TestOutbound;

beforeEach(async () => {
  handle = (_request, res) => json(res, { reply: "Hello" });
  server = await startServer((request, res) => handle(request, res));
  ({ host, port } = new URL(server.url));
  outbound = testOutbound([host]);
});

afterEach(async () => {
  await outbound.client.close();
  await server.close();
});

describe("an answer", () => {
  test("comes with its status, its type and its text", async () => {
    handle = (_request, res) =>
      void res.writeHead(201, { "content-type": "text/xml" }).end("<Response>👋</Response>");
    expect(await outbound.get(server.url)).toEqual({
      outcome: "answered",
      status: 201,
      contentType: "text/xml",
      body: "<Response>👋</Response>",
    });
  });

  test.each([204, 300, 304, 400, 401, 404, 410, 429, 500, 503])("is one with %i too", async (status) => {
    handle = (_request, res) => void res.writeHead(status).end();
    expect(await outbound.get(server.url)).toMatchObject({ outcome: "answered", status, body: "" });
  });

  test("may be anything but UTF-8, and is text all the same", async () => {
    handle = (_request, res) => void res.end(Buffer.from([0x61, 0xff, 0x62]));
    expect(await outbound.get(server.url)).toMatchObject({ body: "a\uFFFDb", contentType: undefined });
  });

  test("that announces a redirect and does not say where to is an answer", async () => {
    handle = (_request, res) => void res.writeHead(302).end("Somewhere");
    expect(await outbound.get(server.url)).toMatchObject({
      outcome: "answered",
      status: 302,
      body: "Somewhere",
    });
  });
});

describe("what goes out", () => {
  test("is the method, the path with its query, the headers and the body that were given", async () => {
    const headers = { "Content-Type": "application/json", "webhook-id": "msg_1" };
    await outbound.post(`${server.url}/hook?token=a%20b#part`, BODY, { headers });
    expect(server.received).toHaveLength(1);
    expect(server.received[0]).toMatchObject({ method: "POST", url: "/hook?token=a%20b", body: BODY });
    expect(server.received[0]?.headers).toMatchObject({
      host,
      "content-type": "application/json",
      "webhook-id": "msg_1",
      "user-agent": "Switchhook",
    });
  });

  test("asks for an answer that is not compressed, whatever the caller says", async () => {
    await outbound.get(server.url, { headers: { "Accept-Encoding": "gzip" } });
    expect(server.received[0]?.headers["accept-encoding"]).toBe("identity");
  });

  test("is refused as our own mistake when a header cannot be written", async () => {
    const headers = { "x-token": "a\r\nhost: other.example" };
    await expect(outbound.get(server.url, { headers })).rejects.toThrow("invalid x-token header");
    expect(server.received).toEqual([]);
  });

  test("goes over connections that are kept", async () => {
    const ports = new Set<number | undefined>();
    handle = (_request, res) => {
      ports.add(res.socket?.remotePort);
      json(res, {});
    };
    for (let request = 0; request < 20; request++) await outbound.get(server.url);
    expect(server.received).toHaveLength(20);
    // A request that follows at once may find the first connection not yet free again.
    expect(ports.size).toBeLessThanOrEqual(2);
  });

  test("opens no more connections to one origin than it may; the others wait", async () => {
    const limited = testOutbound([host], { maxConnectionsPerOrigin: 2 });
    const ports = new Set<number | undefined>();
    const held: ServerResponse[] = [];
    handle = (_request, res) => {
      ports.add(res.socket?.remotePort);
      held.push(res);
      // Both connections are busy before either is free: a third would have been opened by then.
      if (held.length >= 2) for (const each of held) if (!each.writableEnded) each.end();
    };
    const answers = await Promise.all(Array.from({ length: 6 }, () => limited.get(server.url)));
    expect(answers.map(({ outcome }) => outcome)).toEqual(Array(6).fill("answered"));
    expect(ports.size).toBe(2);
    await limited.client.close();
  });

  test("lets a call through to an origin whose connections are all taken by messages", async () => {
    const limited = testOutbound([host], { maxConnectionsPerOrigin: 1 });
    const held = Promise.withResolvers<ServerResponse>();
    handle = (_request, res) => held.resolve(res);
    const message = limited.get(server.url, { lane: "message" });
    const slow = await held.promise;
    handle = (_request, res) => void res.end();
    const call = await limited.get(server.url, { lane: "call" });
    slow.end();
    await message;
    await limited.client.close();
    expect(call.outcome).toBe("answered");
  });
});

describe("a private address", () => {
  test.each([
    ["another port of an allowed host", () => "http://127.0.0.1:1"],
    ["loopback over https", () => `https://127.0.0.1:${Number(port) + 1}`],
    ["an odd notation", () => "https://2130706433"],
    ["a mapped address", () => `https://[::ffff:127.0.0.1]:${port}`],
    ["localhost", () => `https://localhost:${port}`],
    ["plain http to a public name", () => "http://agent.example"],
    ["credentials", () => `http://user:pass@${host}`],
    ["no URL", () => "agent.example/hook"],
  ])("is not even looked up: %s", async (_name, url) => {
    const lookedUp: string[] = [];
    const lookup: Lookup = async (hostname) => {
      lookedUp.push(hostname);
      return [{ address: "127.0.0.1", family: 4 }];
    };
    const curious = testOutbound([host], { lookup });
    expect(await curious.get(url())).toMatchObject({ outcome: "failed", reason: "refused_address" });
    expect([lookedUp, server.received]).toEqual([[], []]);
  });

  test.each([
    ["loopback", ["127.0.0.1"]],
    ["IPv6 loopback", ["::1"]],
    ["a mapped address", ["::ffff:127.0.0.1"]],
    ["a public address and loopback", ["8.8.8.8", "127.0.0.1"]],
    ["loopback and a public address", ["127.0.0.1", "2606:4700:4700::1111"]],
    ["a cloud's metadata", ["169.254.169.254"]],
  ])("is not reached by a name that resolves to %s", async (_name, addresses) => {
    const misled = testOutbound([host], { lookup: resolvesTo(...addresses) });
    expect(await misled.get(`https://agent.example:${port}/hook`)).toEqual({
      outcome: "failed",
      reason: "refused_address",
      detail: "agent.example resolves to an address that is not on the public internet.",
    });
    expect(server.received).toEqual([]);
  });

  test("is reached by a name that the operator allows, on the port that is allowed", async () => {
    const allowing = testOutbound([`Agents.Internal:${port}`], { lookup: resolvesTo("127.0.0.1") });
    const url = `http://agents.internal:${port}/hook`;
    expect(await allowing.get(url)).toMatchObject({ outcome: "answered", status: 200 });
    const elsewhere = `https://agents.internal:${Number(port) + 1}/hook`;
    expect(await allowing.get(elsewhere)).toMatchObject({ outcome: "failed", reason: "refused_address" });
    await allowing.client.close();
  });

  test("is reached by a name that the system resolves to several addresses, though only one of them answers", async () => {
    const usual = testOutbound([`localhost:${port}`], { lookup: undefined });
    expect(await usual.get(`http://localhost:${port}`)).toMatchObject({ outcome: "answered", status: 200 });
    await usual.client.close();
  });
});

describe("each request leaves one line", () => {
  const OF_LOG = ["level", "time", "msg"];
  const fieldsOf = (line: Readonly<Record<string, unknown>> = {}) =>
    Object.fromEntries(Object.entries(line).filter(([name]) => !OF_LOG.includes(name)));

  test("with how it went and how long it took, over all its hops", async () => {
    handle = (request, res) => {
      outbound.clock.advance(700);
      if (request.url === "/new") json(res, {});
      else redirect(res, 307, "/new");
    };
    const headers = { authorization: "Bearer s3cret" };
    await outbound.post(`${server.url}/s3cret?token=s3cret`, '"s3cret"', { headers });
    expect(outbound.lines.map(({ msg }) => msg)).toEqual(["outbound.request"]);
    expect(fieldsOf(outbound.lines[0])).toEqual({
      host,
      status: 200,
      outcome: "answered",
      durationMs: 1_400,
      hops: 2,
    });
    expect(JSON.stringify(outbound.lines)).not.toContain("s3cret");
  });

  test.each([
    ["https://10.0.0.1/s3cret", "refused_address", "10.0.0.1"],
    ["https://user:s3cret@agent.example:8443", "refused_address", "agent.example:8443"],
    ["https://agent.example/s3cret?s3cret", "connection", "agent.example"],
    ["s3cret", "refused_address", undefined],
  ])("with what failed, and no part of the URL but its host: %s", async (url, outcome, loggedHost) => {
    await outbound.get(url);
    const expected = { outcome, status: 0, durationMs: 0, hops: 1 };
    expect(fieldsOf(outbound.lines[0])).toEqual(
      loggedHost === undefined ? expected : { ...expected, host: loggedHost },
    );
  });
});

describe("a caller that gives up", () => {
  test.each([
    ["a reason of its own", new Error("The caller hung up")],
    [
      "a reason that looks like a failure of the connection",
      Object.assign(new Error(), { code: "ECONNRESET" }),
    ],
    ["a deadline of its own", new DOMException("The caller's time is up", "TimeoutError")],
  ])("with %s gets it back, and the connection is closed", async (_what, reason) => {
    const caller = new AbortController();
    const closed = Promise.withResolvers<void>();
    handle = (_request, res) => {
      res.on("close", () => closed.resolve());
      caller.abort(reason);
    };
    await expect(outbound.get(server.url, { signal: caller.signal })).rejects.toBe(reason);
    await closed.promise;
    expect(server.received).toHaveLength(1);
    expect(outbound.lines).toMatchObject([{ msg: "outbound.request", host, outcome: "aborted", status: 0 }]);
  });

  test("before it began gets no further than that: no name is looked up", async () => {
    const reason = new Error("The caller hung up");
    const lookedUp: string[] = [];
    const lookup: Lookup = async (hostname) => {
      lookedUp.push(hostname);
      return [{ address: "127.0.0.1", family: 4 }];
    };
    const curious = testOutbound(["agents.internal"], { lookup });
    const url = `http://agents.internal:${port}`;
    await expect(curious.get(url, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await curious.client.close();
    expect([lookedUp, server.received]).toEqual([[], []]);
  });
});

describe("after its end", () => {
  test("a client sends no more, and says so", async () => {
    await outbound.client.close();
    expect(await outbound.get(server.url)).toMatchObject({
      outcome: "failed",
      reason: "connection",
      detail: expect.stringContaining("shutting down"),
    });
    outbound = testOutbound([]);
  });

  test("what was under way is still answered", async () => {
    const arrived = Promise.withResolvers<ServerResponse>();
    handle = (_request, res) => arrived.resolve(res);
    const answer = outbound.get(server.url);
    const res = await arrived.promise;
    const closing = outbound.client.close();
    json(res, {});
    expect(await answer).toMatchObject({ outcome: "answered" });
    await closing;
    outbound = testOutbound([]);
  });
});
