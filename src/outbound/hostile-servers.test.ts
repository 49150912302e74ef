// What the other side can do to us, on purpose or not: every case ends in time, in bounded memory, as an outcome.
import type { Socket } from "node:net";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { IMPATIENT_MS, startRawServer, type TestOutbound, testOutbound } from "./outbound-client.testing.ts";

const OK = "HTTP/1.1 200 OK\r\n";
const CHUNKED = `${OK}transfer-encoding: chunked\r\n\r\n`;
const sized = (body: string | Buffer, headers = "") => [
  `${OK}${headers}content-length: ${body.length}\r\n\r\n`,
  body,
];

let server: Awaited<ReturnType<typeof startRawServer>>;
let outbound: TestOutbound;
let behave: (socket: Socket) => void;
let requests: number;

beforeEach(async () => {
  requests = 0;
  server = await startRawServer((socket) => {
    requests++;
    behave(socket);
  });
  outbound = testOutbound([server.host]);
});

afterEach(async () => {
  await server.close();
  await outbound.client.close();
});

/** Sends and says no more, but leaves the connection open. */
function say(...parts: readonly (string | Buffer)[]) {
  return (socket: Socket) => {
    for (const part of parts) socket.write(part);
  };
}

/** Sends one part after another, without haste and without an end. */
function drip(first: string, part: string) {
  return (socket: Socket) => {
    socket.write(first);
    const timer = setInterval(() => socket.write(part), 10);
    socket.on("close", () => clearInterval(timer));
  };
}

/** Sends as fast as it is received. */
function flood(first: string, part: string) {
  return (socket: Socket) => {
    socket.write(first);
    const pour = () => {
      while (!socket.destroyed && socket.write(part));
    };
    socket.on("drain", pour);
    pour();
  };
}

describe("the deadline holds against", () => {
  test.each<[string, (socket: Socket) => void]>([
    ["silence", say()],
    ["headers that do not end", say(`${OK}content-type: te`)],
    ["headers that drip", drip(OK, "x: y\r\n")],
    ["interim answers without an end", drip("", "HTTP/1.1 102 Processing\r\n\r\n")],
    ["a body that does not come", say(...sized("").slice(1), `${OK}content-length: 5\r\n\r\n`)],
    ["a body that drips", drip(CHUNKED, "1\r\nx\r\n")],
    ["a body that stops in its middle", say(CHUNKED, "5\r\nab")],
    [
      "a redirect whose body drips",
      drip("HTTP/1.1 302 F\r\nlocation: /\r\ntransfer-encoding: chunked\r\n\r\n", "1\r\nx\r\n"),
    ],
    ["a body that has no length and no end", drip(`${OK}\r\n`, "x")],
  ])("%s", async (_name, behaviour) => {
    behave = behaviour;
    expect(await outbound.get(server.url, { timeoutMs: IMPATIENT_MS })).toEqual({
      outcome: "failed",
      reason: "timeout",
      detail: `The answer was not complete within ${IMPATIENT_MS} ms.`,
    });
    expect(requests).toBeLessThanOrEqual(1);
  });

  test.each([
    ["drips", drip(CHUNKED, "1\r\nx\r\n")],
    ["stops in its middle", say(CHUNKED, "5\r\nab")],
    ["is compressed and stops", say(`${OK}content-encoding: gzip\r\ncontent-length: 5\r\n\r\n`)],
    ["breaks off", (socket: Socket) => void socket.end(`${OK}content-length: 5\r\n\r\nab`)],
  ])("a body that %s, which says nothing where the status is what counts", async (_name, behaviour) => {
    behave = behaviour;
    const answer = await outbound.get(server.url, { timeoutMs: IMPATIENT_MS, isBodyOptional: true });
    expect(answer).toMatchObject({ outcome: "answered", status: 200 });
  });

  test("redirects that each take a part of it", async () => {
    behave = (socket) => {
      const answer = "HTTP/1.1 302 F\r\nlocation: /\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
      setTimeout(() => socket.write(answer), IMPATIENT_MS / 2);
    };
    const answer = await outbound.get(server.url, { timeoutMs: IMPATIENT_MS, maxRedirects: 100 });
    expect(answer).toMatchObject({ outcome: "failed", reason: "timeout" });
    expect(requests).toBeLessThanOrEqual(2);
  });

  test("a name server that does not answer", async () => {
    const lost = testOutbound([], { lookup: () => new Promise(() => {}) });
    const answer = await lost.get("https://agent.example", { timeoutMs: IMPATIENT_MS });
    expect(answer).toMatchObject({ outcome: "failed", reason: "timeout" });
  });

  test("others that hold all connections to the same origin, and what waited is never sent", async () => {
    const limited = testOutbound([server.host], { maxConnectionsPerOrigin: 1 });
    const holder = new AbortController();
    const arrived = Promise.withResolvers<void>();
    behave = () => arrived.resolve();
    const held = limited.get(server.url, { signal: holder.signal });
    await arrived.promise;
    const answer = await limited.get(server.url, { timeoutMs: IMPATIENT_MS });
    expect(answer).toMatchObject({ outcome: "failed", reason: "timeout" });
    holder.abort(new Error("enough"));
    await expect(held).rejects.toThrow("enough");
    await limited.client.close();
    expect(requests).toBe(1);
  });
});

describe("the size holds against", () => {
  const BLOCK = "x".repeat(65_536);

  test.each<[string, (socket: Socket) => void]>([
    ["a body that is announced", flood(`${OK}content-length: 1000000000\r\n\r\n`, BLOCK)],
    ["a body in chunks", flood(CHUNKED, `10000\r\n${BLOCK}\r\n`)],
    ["a body that ends with the connection", flood(`${OK}\r\n`, BLOCK)],
    ["headers without an end", flood(OK, `x: ${BLOCK}\r\n`)],
  ])("%s and has no end: the connection is closed", async (_name, behaviour) => {
    const closed = Promise.withResolvers<number>();
    behave = (socket) => {
      socket.on("close", () => closed.resolve(socket.bytesWritten));
      behaviour(socket);
    };
    const answer = await outbound.get(server.url, { maxResponseBytes: 100_000 });
    expect(answer).toMatchObject({ outcome: "failed", reason: "too_large" });
    // What the kernel and the streams on the way hold, and no more.
    expect(await closed.promise).toBeLessThan(50_000_000);
  });

  test.each([
    ["exactly as large as allowed", 1_000, "answered"],
    ["one byte larger", 1_001, "failed"],
  ])("a body that is %s", async (_name, sizeBytes, outcome) => {
    behave = say(...sized("x".repeat(sizeBytes)));
    expect(await outbound.get(server.url, { maxResponseBytes: 1_000 })).toMatchObject({ outcome });
  });

  test.each(["gzip", "GZIP", "br", "deflate", "zstd", "identity, gzip", "x-unknown"])(
    "an answer that is compressed although nobody asked for it: %s",
    async (encoding) => {
      behave = say(...sized(gzipSync(Buffer.alloc(10_000_000)), `content-encoding: ${encoding}\r\n`));
      expect(await outbound.get(server.url)).toMatchObject({
        outcome: "failed",
        reason: "connection",
        detail: expect.stringContaining("compressed"),
      });
    },
  );

  test("what only says that it is not compressed is an answer", async () => {
    behave = say(...sized("hello", "content-encoding: Identity\r\n"));
    expect(await outbound.get(server.url)).toMatchObject({ outcome: "answered", body: "hello" });
  });
});

describe("a connection that fails is an outcome:", () => {
  const closing = (...parts: readonly (string | Buffer)[]) => {
    return (socket: Socket) => {
      for (const part of parts) socket.write(part);
      socket.end();
    };
  };

  test.each<[string, (socket: Socket) => void, string]>([
    ["closed without an answer", closing(), "closed the connection"],
    ["reset without an answer", (socket) => socket.resetAndDestroy(), "closed the connection"],
    ["closed within the headers", closing(`${OK}content-le`), "closed the connection"],
    ["closed within the body", closing(`${OK}content-length: 5\r\n\r\nab`), "closed the connection"],
    ["closed within a chunk", closing(CHUNKED, "5\r\nab"), "closed the connection"],
    ["another protocol", closing("SSH-2.0-OpenSSH_9.6\r\n"), "not HTTP"],
    ["no protocol", closing(Buffer.from([0, 1, 2, 255, 254])), "not HTTP"],
    ["a chunk without a size", closing(CHUNKED, "zz\r\nab\r\n"), "not HTTP"],
    [
      "two lengths",
      closing(`${OK}content-length: 1\r\ncontent-length: 2\r\n\r\nab`),
      "closed the connection",
    ],
    [
      "a switch of protocols",
      closing("HTTP/1.1 101 S\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n"),
      "closed the",
    ],
  ])("%s", async (_name, behaviour, words) => {
    behave = behaviour;
    const answer = await outbound.get(server.url);
    expect(answer).toMatchObject({ outcome: "failed", reason: "connection" });
    expect(answer).toHaveProperty("detail", expect.stringContaining(words));
  });

  test("nobody listens", async () => {
    await server.close();
    expect(await outbound.get(server.url)).toEqual({
      outcome: "failed",
      reason: "connection",
      detail: "127.0.0.1 refuses connections on this port.",
    });
  });

  test("no such name", async () => {
    expect(await outbound.get("https://agent.example")).toEqual({
      outcome: "failed",
      reason: "connection",
      detail: "The name agent.example does not resolve to an address.",
    });
  });

  test("https to what speaks http", async () => {
    behave = closing("HTTP/1.1 400 Bad Request\r\n\r\n");
    const answer = await outbound.get(server.url.replace("http:", "https:"));
    expect(answer).toMatchObject({ outcome: "failed", reason: "connection" });
    expect(answer).toHaveProperty("detail", expect.stringContaining("speaks https"));
  });

  test("and the next request is answered", async () => {
    behave = closing();
    await outbound.get(server.url);
    behave = say(...sized("hello"));
    expect(await outbound.get(server.url)).toMatchObject({ outcome: "answered", body: "hello" });
  });
});

test("whatever bytes the other side sends, the request ends in an outcome", async () => {
  const PIECES = [
    OK,
    CHUNKED,
    "HTTP/1.1 302 F\r\n",
    "location: /\r\n",
    "content-length: 3\r\n",
    "\r\n",
    "abc",
    "0\r\n\r\n",
  ];
  const piece = fc.oneof(
    fc.constantFrom(...PIECES),
    fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
      behave = (socket) => {
        for (const each of pieces) socket.write(each);
        socket.end();
      };
      const answer = await outbound.post(server.url, "{}");
      expect(["answered", "failed"]).toContain(answer.outcome);
    }),
    { numRuns: 200 },
  );
});
