import { afterAll, beforeAll, expect, test } from "vitest";
import { AS_OWNER, openTestApp, type TestApp } from "./app.testing.ts";

let testApp: TestApp;
let barriers = 0;
beforeAll(async () => {
  testApp = await openTestApp({ changes: { barrier: async () => void barriers++ } });
});
afterAll(() => testApp.database.close());

const AGENT = JSON.stringify({ id: "agent_1", name: "Agent" });

test.each<[string, string, string, string | undefined, number]>([
  ["a change that was made", "POST", "/api/agents", AGENT, 201],
  ["a change of what is there", "PATCH", "/api/agents/agent_1", '{"name":"Changed"}', 200],
])("%s waits until it is in effect", async (_name, method, path, body, status) => {
  const before = barriers;
  expect((await send(method, path, body)).status).toBe(status);
  expect(barriers).toBe(before + 1);
});

test.each<[string, string, string, string | undefined, number]>([
  ["a look", "GET", "/api/agents", undefined, 200],
  ["a change that was refused", "POST", "/api/agents", AGENT, 409],
  ["a change that makes no sense", "POST", "/api/agents", "{}", 400],
  ["what Twilio sends", "POST", "/api/twilio/voice", undefined, 403],
])("%s waits for nothing", async (_name, method, path, body, status) => {
  const before = barriers;
  expect((await send(method, path, body)).status).toBe(status);
  expect(barriers).toBe(before);
});

test("signing in waits for nothing", async () => {
  const { changes, publicUrl } = testApp.deps;
  const own = await openTestApp({ changes, authenticate: undefined }, testApp.database);
  const before = barriers;
  const headers = { origin: publicUrl, "content-type": "application/json" };
  expect((await own.request("POST", "/api/auth/sign-out", { headers, body: "{}" })).status).toBe(200);
  expect(barriers).toBe(before);
});

function send(method: string, path: string, body: string | undefined): Promise<Response> {
  const headers = {
    ...AS_OWNER,
    origin: testApp.deps.publicUrl,
    "content-type": "application/json",
  };
  return testApp.request(method, path, { headers, ...(body === undefined ? {} : { body }) });
}
