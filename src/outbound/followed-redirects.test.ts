// The chain of hops as it really goes out; what each redirect means is decided in `redirect.ts`.
import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { json, type ReceivedRequest, startServer } from "../twilio/twilio.testing.ts";
import { redirect, resolvesTo, type TestOutbound, testOutbound } from "./outbound-client.testing.ts";

type Handler = (request: ReceivedRequest, res: ServerResponse) => void;
type Server = Awaited<ReturnType<typeof startServer>>;

const BODY = JSON.stringify({ text: "¿Qué tal?" });

let handle: Handler;
let first: Server;
let other: Server;
let host: string;
let outbound: TestOutbound;

beforeEach(async () => {
  first = await startServer((request, res) => handle(request, res));
  other = await startServer((_request, res) => json(res, { reply: "From elsewhere" }));
  ({ host } = new URL(first.url));
  outbound = testOutbound([host]);
});

afterEach(async () => {
  await outbound.client.close();
  await first.close();
  await other.close();
});

function redirectingOnce(location: string, status: number): Handler {
  return (_request, res) => {
    if (first.received.length > 1) json(res, { reply: "Hello" });
    else redirect(res, status, location);
  };
}

describe("a redirect", () => {
  test.each([307, 308])("with %i repeats method, body and headers", async (status) => {
    handle = redirectingOnce("/new?x=1", status);
    const headers = { "content-type": "application/json", authorization: "Bearer s3cret" };
    expect(await outbound.post(`${first.url}/old`, BODY, { headers })).toMatchObject({ status: 200 });
    expect(first.received[1]).toMatchObject({ method: "POST", url: "/new?x=1", body: BODY, headers });
  });

  test.each([301, 302, 303])("with %i becomes a GET without a body", async (status) => {
    handle = redirectingOnce("/new", status);
    await outbound.post(`${first.url}/old`, BODY, { headers: { "content-type": "application/json" } });
    const [, second] = first.received;
    expect(second).toMatchObject({ method: "GET", url: "/new", body: "" });
    expect(second?.headers).not.toHaveProperty("content-type");
    expect(second?.headers).not.toHaveProperty("content-length");
  });

  test("to another origin that is allowed carries the body, and neither signature nor token", async () => {
    const allowing = testOutbound(["127.0.0.1"]);
    handle = (_request, res) => redirect(res, 307, `${other.url}/new`);
    const headers = {
      authorization: "Bearer s3cret",
      "webhook-signature": "v1,s3cret",
      "X-Api-Key": "s3cret",
    };
    expect(await allowing.post(first.url, BODY, { headers })).toMatchObject({ status: 200 });
    expect(other.received[0]).toMatchObject({ method: "POST", url: "/new", body: BODY });
    expect(JSON.stringify(other.received[0]?.headers)).not.toContain("s3cret");
    await allowing.client.close();
  });

  test.each([
    ["another port of this machine", () => other.url],
    ["this machine over https", () => other.url.replace("http:", "https:")],
    ["this machine in decimal", () => other.url.replace("http://127.0.0.1", "https://2130706433")],
    ["this machine in IPv6", () => "https://[::1]"],
    ["localhost", () => other.url.replace("http://127.0.0.1", "https://localhost")],
    [
      "a name that resolves to this machine",
      () => other.url.replace("http://127.0.0.1", "https://agent.example"),
    ],
    ["a cloud's metadata", () => "http://169.254.169.254/latest/meta-data"],
    ["a public name without https", () => "http://agent.example"],
    ["another address without a scheme", () => "//10.0.0.1/"],
    ["credentials", () => `http://user:pass@${host}`],
    ["a file", () => "file:///etc/passwd"],
    ["what is no URL", () => "https://["],
  ])("to %s is not followed", async (_name, location) => {
    const guarded = testOutbound([host], { lookup: resolvesTo("127.0.0.1") });
    handle = (_request, res) => redirect(res, 307, location());
    const answer = await guarded.post(first.url, BODY);
    expect(answer).toMatchObject({ outcome: "failed", reason: "refused_address" });
    expect(answer).toHaveProperty("detail", expect.stringMatching(/^After a redirect: /));
    expect([first.received.length, other.received.length]).toEqual([1, 0]);
  });

  test("is followed three times, and not once more", async () => {
    handle = ({ url }, res) => redirect(res, 302, `/${Number(url.slice(1)) + 1}`);
    const answer = await outbound.get(`${first.url}/0`);
    expect(answer).toMatchObject({ outcome: "failed", reason: "too_many_redirects" });
    expect(first.received.map(({ url }) => url)).toEqual(["/0", "/1", "/2", "/3"]);
  });

  test.each([0, 1, 7])("in a circle ends after as many as the caller says: %i", async (maxRedirects) => {
    handle = (_request, res) => redirect(res, 302, "/");
    const answer = await outbound.get(first.url, { maxRedirects });
    expect(answer).toMatchObject({ outcome: "failed", reason: "too_many_redirects" });
    expect(first.received).toHaveLength(maxRedirects + 1);
  });

  test("whose own body is endless is followed all the same", async () => {
    const filler = "x".repeat(65_536);
    handle = (_request, res) => {
      if (first.received.length > 1) return json(res, {});
      res.writeHead(302, { location: "/new" });
      const fill = () => {
        while (!res.destroyed && res.write(filler));
      };
      res.on("drain", fill);
      fill();
    };
    expect(await outbound.get(first.url)).toMatchObject({ outcome: "answered", status: 200 });
  });
});
