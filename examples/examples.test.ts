// The examples are run, not only read: an assignment, a call that is answered, and who is kept out.
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createSwitchhook, type Switchhook } from "switchhook";
import { type DemoAccount, seedDemo, signWebhook, startEmulator } from "switchhook/emulator";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createApp } from "./express-app/app.ts";
import { actorOf, isCustomer } from "./express-app/customers.ts";
import * as api from "./next-app/app/api/[...path]/route.ts";
import { POST as signIn } from "./next-app/app/sign-in/route.ts";
import { getSwitchhook } from "./next-app/lib/switchhook.ts";

const PUBLIC_URL = "https://app.example.com";
const PHONE_NUMBER = "+14155550101";

let emulator: Awaited<ReturnType<typeof startEmulator>>;
let account: DemoAccount;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());

type Send = (path: string, init: RequestInit) => Promise<Response>;

/** A call, signed as Twilio signs. @returns what it is told */
async function call(send: Send, authToken = account.authToken): Promise<{ status: number; body: string }> {
  const path = "/api/twilio/voice";
  const params = {
    AccountSid: account.accountSid,
    CallSid: `CA${"1".repeat(32)}`,
    CallStatus: "ringing",
    Direction: "inbound",
    From: "+14155559999",
    To: PHONE_NUMBER,
  };
  const response = await send(path, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "x-twilio-signature": signWebhook({ url: PUBLIC_URL + path, params, authToken }),
    },
    body: new URLSearchParams(params).toString(),
  });
  return { status: response.status, body: await response.text() };
}

describe("the Express app", () => {
  let switchhook: Switchhook;
  let server: ReturnType<ReturnType<typeof createApp>["listen"]>;
  let send: Send;

  beforeAll(async () => {
    account = seedDemo(emulator.control);
    switchhook = await createSwitchhook({
      databaseUrl: "pglite:memory",
      publicUrl: PUBLIC_URL,
      twilioApiBaseUrl: emulator.url,
      twilioAccount: account,
      logLevel: "silent",
      authenticate: async ({ headers }) => actorOf(switchhook, headers.get("authorization")),
      organizationExists: async (id) => isCustomer(id),
    });
    await switchhook.start();
    server = createApp(switchhook).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    send = (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init);
  });
  afterAll(async () => {
    server.close();
    await switchhook.stop();
  });

  const as = async (token: string, method: string, path: string, body?: object) => {
    const response = await send(path, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
  };

  test("the operator lends a number to a customer, whose agent then answers its calls", async () => {
    const { body } = await as("operator-token", "GET", "/api/twilio-accounts");
    await as("operator-token", "POST", "/api/phone-numbers/import", {
      accountId: body.accounts[0].id,
      ids: { [PHONE_NUMBER]: "phone_1" },
    });
    await as("operator-token", "PUT", "/api/phone-numbers/phone_1/allocation", { organizationId: "bakery" });
    await as("bakery-token", "POST", "/api/agents", {
      id: "orders",
      name: "Orders",
      voice: { kind: "say", text: "What may it be?" },
    });

    const assigned = await as("bakery-token", "PUT", "/my/numbers/phone_1/agent", { agentId: "orders" });
    expect(assigned.status).toBe(204);
    expect(await as("bakery-token", "GET", "/my/numbers")).toEqual({
      status: 200,
      body: [{ id: "phone_1", e164: PHONE_NUMBER, agentId: "orders" }],
    });
    expect(await call(send)).toMatchObject({ status: 200, body: expect.stringContaining("What may it be?") });
  });

  test("what Switchhook refuses is answered with its status and words", async () => {
    expect(await as("bakery-token", "PUT", "/my/numbers/phone_9/agent", { agentId: "orders" })).toEqual({
      status: 404,
      body: {
        code: "phone_number_not_found",
        message: expect.stringContaining("There is no such phone number"),
      },
    });
    expect(await as("somebody's", "GET", "/my/numbers")).toMatchObject({ status: 401 });
    expect(await as("somebody's", "GET", "/api/phone-numbers")).toMatchObject({ status: 401 });
    expect(await call(send, "another token")).toMatchObject({ status: 403 });
  });
});

describe("the Next.js app", () => {
  const PASSWORD = "a made-up password";
  const routes = new Map(Object.entries(api));
  const send: Send = async (path, { method = "GET", ...init }) =>
    (await routes.get(method)?.(new Request(PUBLIC_URL + path, { method, ...init }))) ??
    new Response(null, { status: 405 });
  const signInWith = (password: string) => {
    const body = new FormData();
    body.set("password", password);
    return signIn(new Request(`${PUBLIC_URL}/sign-in`, { method: "POST", body }));
  };

  beforeAll(() => {
    emulator.control.reset();
    account = seedDemo(emulator.control);
    vi.stubEnv("DATABASE_URL", "pglite:memory");
    vi.stubEnv("PUBLIC_URL", PUBLIC_URL);
    vi.stubEnv("TWILIO_API_BASE_URL", emulator.url);
    vi.stubEnv("TWILIO_ACCOUNT_SID", account.accountSid);
    vi.stubEnv("TWILIO_AUTH_TOKEN", account.authToken);
    vi.stubEnv("LOG_LEVEL", "silent");
    vi.stubEnv("APP_PASSWORD", PASSWORD);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await (await getSwitchhook()).stop();
  });

  test("whoever knows the password assigns a number of the environment's account, and its calls are answered", async () => {
    const cookie = (await signInWith(PASSWORD)).headers.get("set-cookie")?.split(";")[0] ?? "";
    const request = async (method: string, path: string, body?: object) => {
      const headers = { cookie, origin: PUBLIC_URL };
      const init = { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) };
      const response = await send(path, init);
      return { status: response.status, body: JSON.parse(await response.text()) };
    };
    const { body } = await request("GET", "/api/twilio-accounts");
    await request("POST", "/api/phone-numbers/import", {
      accountId: body.accounts[0].id,
      ids: { [PHONE_NUMBER]: "phone_1" },
    });
    await request("POST", "/api/agents", {
      id: "front",
      name: "Front",
      voice: { kind: "say", text: "Good day." },
    });
    const assigned = await request("POST", "/api/phone-numbers/assign", {
      phoneNumberId: "phone_1",
      chatbotId: "front",
    });
    expect(assigned).toMatchObject({ status: 200, body: { success: true } });
    expect(await call(send)).toMatchObject({ status: 200, body: expect.stringContaining("Good day.") });
  });

  test("nobody else does", async () => {
    expect((await signInWith("a guess")).status).toBe(403);
    const guessed = await send("/api/phone-numbers", { headers: { cookie: "session=guessed" } });
    expect(guessed.status).toBe(401);
  });
});
