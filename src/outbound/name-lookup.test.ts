import { createSocket, type Socket } from "node:dgram";
import { afterEach, describe, expect, test } from "vitest";
import { type NameServerOptions, nameServerLookup, systemLookup } from "./name-lookup.ts";

const A = 1;
const AAAA = 28;
const NO_SUCH_NAME = 3;
const SERVER_FAILURE = 2;
const PATIENT: NameServerOptions = { timeoutMs: 5_000, tries: 1 };

/** What a name server says to a question of one type: addresses as bytes, a code, or nothing at all. */
type Answers = Readonly<Record<number, readonly (readonly number[])[] | number | undefined>>;

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});

/** A name server that answers every name alike. */
async function nameServer(answers: Answers): Promise<{ servers: readonly string[]; asked: string[] }> {
  const socket = createSocket("udp4");
  sockets.push(socket);
  const asked: string[] = [];
  socket.on("message", (query, { address, port }) => {
    const { name, type, end } = questionIn(query);
    asked.push(name);
    const answer = answers[type];
    if (answer !== undefined) socket.send(replyTo(query.subarray(0, end), type, answer), port, address);
  });
  await new Promise<void>((resolve) => void socket.bind(0, "127.0.0.1", resolve));
  return { servers: [`127.0.0.1:${socket.address().port}`], asked };
}

// RFC 1035, section 4.
function questionIn(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join("."), type: query.readUInt16BE(at + 1), end: at + 5 };
}

function replyTo(question: Buffer, type: number, answer: readonly (readonly number[])[] | number): Buffer {
  const addresses = typeof answer === "number" ? [] : answer;
  const head = Buffer.from(question);
  head.writeUInt16BE(0x8180 | (typeof answer === "number" ? answer : 0), 2);
  head.writeUInt16BE(addresses.length, 6);
  head.writeUInt16BE(0, 8);
  head.writeUInt16BE(0, 10);
  const records = addresses.map((bytes) =>
    Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 0, 0, bytes.length, ...bytes]),
  );
  return Buffer.concat([head, ...records]);
}

const IPV4 = [8, 8, 8, 8];
const IPV6 = [0x26, 0x06, 0x47, 0, 0x47, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x11, 0x11];

describe("a name server's answer", () => {
  test.each<[string, Answers, readonly string[]]>([
    ["of both kinds", { [A]: [IPV4], [AAAA]: [IPV6] }, ["8.8.8.8", "2606:4700:4700::1111"]],
    ["of IPv4 alone", { [A]: [IPV4, [10, 0, 0, 1]], [AAAA]: [] }, ["8.8.8.8", "10.0.0.1"]],
    ["of IPv6 alone", { [A]: NO_SUCH_NAME, [AAAA]: [IPV6] }, ["2606:4700:4700::1111"]],
    ["of IPv4, and a failure", { [A]: [IPV4], [AAAA]: SERVER_FAILURE }, ["8.8.8.8"]],
  ])("%s is all of its addresses", async (_what, answers, expected) => {
    const { servers } = await nameServer(answers);
    const addresses = await nameServerLookup({ ...PATIENT, servers })("agent.example");
    expect(addresses.map(({ address }) => address)).toEqual(expected);
    expect(addresses.map(({ family }) => family)).toEqual(
      expected.map((text) => (text.includes(":") ? 6 : 4)),
    );
  });

  test.each<[string, Answers, string]>([
    ["no such name", { [A]: NO_SUCH_NAME, [AAAA]: NO_SUCH_NAME }, "ENOTFOUND"],
    ["no address", { [A]: [], [AAAA]: [] }, "ENOTFOUND"],
    ["a failure", { [A]: SERVER_FAILURE, [AAAA]: SERVER_FAILURE }, "EAI_AGAIN"],
    ["a failure and no address", { [A]: SERVER_FAILURE, [AAAA]: [] }, "EAI_AGAIN"],
  ])("that is %s fails as the system's would", async (_what, answers, code) => {
    const { servers } = await nameServer(answers);
    await expect(nameServerLookup({ ...PATIENT, servers })("agent.example")).rejects.toMatchObject({ code });
  });

  test("that never comes is not waited for longer than was said", async () => {
    const { servers } = await nameServer({});
    const lookup = nameServerLookup({ timeoutMs: 100, tries: 1, servers });
    await expect(lookup("agent.example")).rejects.toMatchObject({ code: "EAI_AGAIN" });
  });
});

test("a name is asked as it is, and what is none is not asked", async () => {
  const { servers, asked } = await nameServer({ [A]: NO_SUCH_NAME, [AAAA]: NO_SUCH_NAME });
  const lookup = nameServerLookup({ ...PATIENT, servers });
  for (const name of ["redis", "agent..example", `${"x".repeat(70)}.example`]) {
    await expect(lookup(name)).rejects.toMatchObject({ code: "ENOTFOUND" });
  }
  expect(new Set(asked)).toEqual(new Set(["redis"]));
});

test("what only this machine knows is found by the system, and not by name servers", async () => {
  const { servers } = await nameServer({ [A]: NO_SUCH_NAME, [AAAA]: NO_SUCH_NAME });
  expect(await systemLookup("localhost")).not.toEqual([]);
  await expect(nameServerLookup({ ...PATIENT, servers })("localhost")).rejects.toMatchObject({
    code: "ENOTFOUND",
  });
});

test("however many names wait for a silent server, the system's own look-ups go on", async () => {
  const { servers } = await nameServer({});
  const lookup = nameServerLookup({ timeoutMs: 2_000, tries: 1, servers });
  let failed = 0;
  const waiting = Array.from({ length: 50 }, (_, n) => lookup(`n${n}.example`).catch(() => void failed++));
  expect(await systemLookup("localhost")).not.toEqual([]);
  expect(failed).toBe(0);
  await Promise.all(waiting);
  expect(failed).toBe(50);
});
