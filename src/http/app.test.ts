import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { openTestDatabase } from "../../test/support/databases.ts";
import { eventsFrom } from "../../test/support/event-reader.ts";
import { testClock } from "../base/clock.testing.ts";
import { PROBLEMS } from "../base/errors.ts";
import { ActivityFeed } from "../traffic/activity-feed.ts";
import { TrafficRecorder } from "../traffic/traffic-recorder.ts";
import { AS_OWNER, openTestApp, type TestApp } from "./app.testing.ts";
import type { HttpDeps } from "./app.ts";

let testApp: TestApp;
beforeAll(async () => {
  testApp = await openTestApp({
    allowedOrigins: ["https://switchhook.example.com", "https://host.example.com"],
  });
});
afterAll(() => testApp.database.close());

const request: TestApp["request"] = (...args) => testApp.request(...args);
const ofSize = (bytes: number) => ({
  body: "a".repeat(bytes),
  headers: { ...AS_OWNER, "content-type": "text/plain" },
});
const postOnce = (key: string, body: string, organization = "org_1") =>
  request("POST", "/api/agents", {
    body,
    headers: { "x-test-organization": organization, "idempotency-key": key },
  });
const agent = (id: string) => JSON.stringify({ id, name: id });

describe("a request's id", () => {
  test("is given to each, and comes back", async () => {
    const [one, other] = await Promise.all([request("GET", "/healthz"), request("GET", "/healthz")]);
    expect(one.headers.get("x-request-id")).toMatch(/^req_/);
    expect(one.headers.get("x-request-id")).not.toBe(other.headers.get("x-request-id"));
  });

  test("is the caller's own where it is a sane one, in problems as well", async () => {
    const answer = await request("GET", "/nothing-here", { headers: { "x-request-id": "trace-4711-abc" } });
    expect(answer.headers.get("x-request-id")).toBe("trace-4711-abc");
    expect(await answer.json()).toMatchObject({ requestId: "trace-4711-abc" });
  });

  test.each(["short", "a".repeat(129), "with space in it", `quote"d-request`])(
    "is not what could harm a log: %j",
    async (id) => {
      const answer = await request("GET", "/healthz", { headers: { "x-request-id": id } });
      expect(answer.headers.get("x-request-id")).toMatch(/^req_/);
    },
  );

  test("is on every answer, whatever it is", async () => {
    const paths = [
      "/healthz",
      "/metrics",
      "/api/agents",
      "/api/openapi.json",
      "/errors/nothing",
      "/api/twilio/voice",
    ];
    for (const path of paths)
      expect((await request("GET", path)).headers.get("x-request-id")).toMatch(/^req_/);
  });
});

describe("who is asking", () => {
  test.each(["/api/agents", "/api/phone-numbers", "/api/audit", "/api/openapi.json", "/api/nothing-here"])(
    "must be known for %s",
    async (path) => {
      const answer = await request("GET", path, { headers: {} });
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({ code: "unauthenticated", type: "/errors/unauthenticated" });
    },
  );

  test.each(["/healthz", "/readyz", "/metrics", "/errors/unauthenticated"])(
    "does not matter for %s",
    async (path) => {
      expect((await request("GET", path, { headers: {} })).status).toBe(200);
    },
  );
});

test("a stream ends once whoever reads it is let in no more", async () => {
  const clock = testClock();
  const { database, deps } = testApp;
  const activity = new ActivityFeed({ db: database.db, clock, log: deps.log });
  let isMember = true;
  const authenticate: HttpDeps["authenticate"] = async () =>
    isMember ? { orgId: "org_1", userId: "user_1", role: "member" } : undefined;
  const { app } = await openTestApp({ activity, streamClock: clock, authenticate }, database);
  const events = eventsFrom(await app.request("/api/activity/events"));
  expect(await events.next()).toMatchObject({ value: { name: "open" } });
  isMember = false;
  expect(await events.next()).toEqual({ done: true, value: undefined });
});

test("a callback for which there is no room is answered 503, and when to come again", async () => {
  const { database, deps } = testApp;
  const recorder = new TrafficRecorder({ ...deps, planned: database.planned }, { maxWaiting: 0 });
  const { app } = await openTestApp({ recorder, signatures: "shadow" }, database);
  const body = new URLSearchParams({ CallSid: `CA${"1".repeat(32)}`, CallStatus: "completed" });
  const answer = await app.request("/api/twilio/status", { method: "POST", body });
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "1"]);
});

describe("what is not there", () => {
  test.each(["/", "/api/nothing-here", "/errors/nothing", "/errors/toString", "/errors/..%2F..%2FREADME"])(
    "is a problem document: %s",
    async (path) => {
      const answer = await request("GET", path);
      expect(answer.status).toBe(404);
      expect(answer.headers.get("content-type")).toBe("application/problem+json");
      expect(await answer.json()).toMatchObject({ code: "not_found", status: 404 });
    },
  );

  test("is the same answer as what belongs to somebody else, byte for byte", async () => {
    await request("POST", "/api/agents", { body: agent("agent_secret") });
    const headers = { "x-test-organization": "org_2", "x-request-id": "the-same-id" };
    const [theirs, missing] = await Promise.all(
      ["agent_secret", "agent_nothing"].map((id) => request("GET", `/api/agents/${id}`, { headers })),
    );
    expect(theirs?.status).toBe(404);
    expect(await theirs?.text()).toBe(await missing?.text());
  });
});

test.each(Object.keys(PROBLEMS))("the page of %s can be read where its problems point", async (code) => {
  const answer = await request("GET", `/errors/${code}`);
  expect(answer.headers.get("content-type")).toContain("text/markdown");
  expect(await answer.text()).toContain(`\`${code}\``);
});

describe("a body", () => {
  test.each([
    ["/api/agents", 1024 * 1024],
    ["/api/twilio/status", 64 * 1024],
  ])("for %s may have %i bytes and not one more", async (path, maxBytes) => {
    expect((await request("POST", path, ofSize(maxBytes))).status).not.toBe(413);
    const answer = await request("POST", path, ofSize(maxBytes + 1));
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ code: "body_too_large" });
  });

  test("that misses something is refused with the member that is wrong", async () => {
    const answer = await request("POST", "/api/agents", { body: "{}" });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: "invalid_input", errors: [{ path: "name" }] });
  });
});

describe("an address with a NUL is refused", () => {
  test.each([
    ["path", "/api/operations/%00"],
    ["path", "/api/agents/a%00b%20c"],
    ["cursor", "/api/operations?cursor=%00"],
    ["cursor", "/api/agents?limit=1&cursor=a%00"],
    ["search", "/api/phone-numbers?search=%00"],
    ["targetId", "/api/audit?targetId=%00"],
    ["search", "/api/phone-numbers?search=a&search=%00"],
    ["a\uFFFD", "/api/agents?a%00=1"],
  ])("in %s: %s", async (path, address) => {
    const answer = await request("GET", address);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: "invalid_input", errors: [{ path }] });
  });

  test.each([
    ["an escaped percent sign", "/api/operations/%2500"],
    ["bytes that are no text", "/api/operations/%00%ff"],
    ["half of a surrogate pair in UTF-8", "/api/operations/%ed%a0%80"],
  ])("but not with %s", async (_name, address) => {
    expect((await request("GET", address)).status).toBe(404);
    const id = address.split("/").at(-1);
    expect((await request("GET", `/api/operations?cursor=${id}`)).status).toBe(200);
  });
});

test.each([
  ["POST", "/api/auth/reset-password", '{"token":"\\u0000","newPassword":"long enough"}', "token"],
  [
    "POST",
    "/api/auth/sign-up/email",
    '{"name":"\\ud800","email":"a@example.com","password":"long enough"}',
    "name",
  ],
  ["GET", "/api/auth/verify-email?token=%00", undefined, "token"],
])("signing in refuses a NUL as well: %s %s", async (method, path, body, member) => {
  const headers = { "content-type": "application/json", origin: "https://switchhook.example.com" };
  const own = await openTestApp(
    { authenticate: undefined, allowedOrigins: testApp.deps.allowedOrigins },
    testApp.database,
  );
  const answer = await own.request(method, path, { headers, ...(body === undefined ? {} : { body }) });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ code: "invalid_input", errors: [{ path: member }] });
});

test("nobody signs up where a host says who is asking", async () => {
  const body = '{"name":"Ana","email":"a@example.com","password":"long enough"}';
  const headers = { ...AS_OWNER, "content-type": "application/json" };
  expect((await request("POST", "/api/auth/sign-up/email", { headers, body })).status).toBe(404);
});

describe("what a host's own authentication lets in", () => {
  const create = async (headers: Record<string, string>) => {
    const answer = await request("POST", "/api/agents", {
      body: JSON.stringify({ name: "Made by a host" }),
      headers: { ...AS_OWNER, "content-type": "text/plain", ...headers },
    });
    return [answer.status, z.looseObject({ code: z.string().optional() }).parse(await answer.json()).code];
  };
  const cookie = "host-session=1";

  test.each<[string, Record<string, string>]>([
    ["from another site's page", { cookie, origin: "https://evil.example.com" }],
    ["from an opaque origin", { cookie, origin: "null" }],
    ["from nowhere", { cookie }],
    ["with another site's referrer", { cookie, referer: "https://evil.example.com/page" }],
    [
      "with Basic authentication",
      { cookie, authorization: "Basic Zm9v", origin: "https://evil.example.com" },
    ],
  ])("changes nothing by a cookie %s", async (_name, headers) => {
    expect(await create(headers)).toEqual([403, "origin_not_allowed"]);
  });

  test.each<[string, Record<string, string>]>([
    ["our own page's cookie", { cookie, origin: "https://switchhook.example.com" }],
    ["a trusted origin's cookie", { cookie, origin: "https://host.example.com" }],
    ["a key beside a cookie", { cookie, "x-api-key": "the host's" }],
    ["a token beside a cookie", { cookie, authorization: "Bearer the-host's" }],
    ["no cookie", { origin: "https://elsewhere.example.com" }],
  ])("may change something with %s", async (_name, headers) => {
    expect(await create(headers)).toEqual([201, undefined]);
  });

  test("may look from anywhere", async () => {
    const headers = { ...AS_OWNER, cookie, origin: "https://evil.example.com" };
    expect((await request("GET", "/api/agents", { headers })).status).toBe(200);
  });

  test("is not asked for its origin before it is known", async () => {
    const answer = await request("POST", "/api/agents", { headers: { cookie } });
    expect(answer.status).toBe(401);
  });
});

describe("a request that is repeated with its Idempotency-Key", () => {
  test("gets the first answer and does nothing again", async () => {
    const first = await postOnce("key-1", agent("agent_once"));
    const again = await postOnce("key-1", agent("agent_once"));
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(await again.json()).toEqual(await first.json());
  });

  test("gets a refusal again as well", async () => {
    await postOnce("key-2", agent("agent_twice"));
    const [first, again] = [
      await postOnce("key-3", agent("agent_twice")),
      await postOnce("key-3", agent("agent_twice")),
    ];
    expect([first.status, again.status]).toEqual([409, 409]);
    expect(again.headers.get("content-type")).toBe("application/problem+json");
    expect(await again.json()).toMatchObject({ code: "id_taken" });
  });

  test("gets the same problem document again for what is not there", async () => {
    const assign = () =>
      request("POST", "/api/phone-numbers/assign", {
        body: JSON.stringify({ phoneNumberId: "phone_none", chatbotId: "agent_none" }),
        headers: { ...AS_OWNER, "idempotency-key": "key-404" },
      });
    const [first, again] = [await assign(), await assign()];
    expect([first.status, again.status]).toEqual([404, 404]);
    expect([first, again].map(({ headers }) => headers.get("idempotent-replayed"))).toEqual([null, "true"]);
    expect([first, again].map(({ headers }) => headers.get("content-type"))).toEqual([
      "application/problem+json",
      "application/problem+json",
    ]);
    const problem: unknown = await first.json();
    expect(problem).toMatchObject({ type: "/errors/agent_not_found", status: 404 });
    expect(await again.json()).toEqual(problem);
  });

  test("but asks for something else is refused", async () => {
    await postOnce("key-4", agent("agent_four"));
    const answer = await postOnce("key-4", agent("agent_five"));
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ code: "idempotency_key_reused" });
    expect((await request("GET", "/api/agents/agent_five")).status).toBe(404);
  });

  test("in another organization is another request", async () => {
    expect((await postOnce("key-5", agent("agent_here"))).status).toBe(201);
    const there = await postOnce("key-5", agent("agent_there"), "org_2");
    expect(there.status).toBe(201);
    expect(there.headers.get("idempotent-replayed")).toBeNull();
  });

  test("at the same time is done once", async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => postOnce("key-6", agent("agent_six"))));
    const created = answers.filter(({ status }) => status === 201);
    const waiting = answers.filter(({ status }) => status === 409);
    expect(created.length + waiting.length).toBe(5);
    expect(created.filter(({ headers }) => !headers.has("idempotent-replayed"))).toHaveLength(1);
    expect(waiting.map(({ headers }) => headers.get("retry-after"))).toEqual(waiting.map(() => "2"));
  });

  test.each(["", "a".repeat(256)])("needs a key of 1 to 255 characters, not %j", async (key) => {
    const answer = await postOnce(key, agent("agent_none"));
    expect(await answer.json()).toMatchObject({ status: 400, code: "invalid_input" });
  });
});

describe("health", () => {
  test("is well while the database answers", async () => {
    expect(await (await request("GET", "/healthz")).json()).toEqual({ status: "ok" });
    expect(await (await request("GET", "/readyz")).json()).toEqual({ status: "ok" });
  });

  test("tells a process that lives from one that can work, when the database is gone", async () => {
    const gone = await openTestDatabase();
    const lost = await openTestApp({ db: gone.db });
    await gone.close();
    expect((await lost.request("GET", "/healthz")).status).toBe(200);
    const answer = await lost.request("GET", "/readyz");
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ status: "unavailable" });
    await lost.database.close();
  });

  test("metrics count requests by route, never by id", async () => {
    await request("GET", "/api/agents/agent_one");
    await request("GET", "/api/agents/agent_other");
    await request("POST", "/api/twilio/status");
    const answer = await request("GET", "/metrics");
    expect(answer.headers.get("content-type")).toContain("text/plain");
    const text = await answer.text();
    expect(text).toContain('route="/api/agents/:id"');
    expect(text).toContain('route="/api/twilio/status"');
    expect(text).not.toContain("agent_one");
  });
});
