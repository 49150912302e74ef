import { afterEach, beforeEach, expect, test } from "vitest";
import { type Control, type Emulator, type NumberFields, startEmulator } from "./index.ts";
import { never, startReceiver, status, twiml } from "./test-kit.ts";

const TOKEN = "t".repeat(32);
const NUMBER = "+14155550100";

let emulator: Emulator;
let control: Control;
let accountSid: string;
let receiver: Awaited<ReturnType<typeof startReceiver>>;

beforeEach(async () => {
  emulator = await startEmulator({ allowLocalhostUrls: true });
  control = emulator.control;
  accountSid = control.createAccount({ authToken: TOKEN }).sid;
  receiver = await startReceiver(TOKEN, {
    "/500": status(500),
    "/404": status(404),
    "/never": never,
    "/json": status(200, { "content-type": "application/json" }, "{}"),
    "/untyped": status(200, {}, "<Response/>"),
    "/broken": status(200, { "content-type": "text/xml" }, "<Response><Say>"),
    "/html": status(200, { "content-type": "text/xml" }, "<html></html>"),
    "/plain": status(200, { "content-type": "text/plain" }, "Hello there"),
    "/moved": status(302, { location: "/after-move" }),
    "/kept": status(307, { location: "/after-keep" }),
    "/circle": status(307, { location: "/circle" }),
    "/loop": twiml("<Redirect>/loop</Redirect>"),
    "/next": twiml('<Say>One</Say><Redirect method="GET">second?x=1</Redirect><Say>never</Say>'),
    "/second": twiml("<Gather><Say>Press</Say></Gather><Hangup/><Say>never</Say>"),
    "/busy": twiml('<Reject reason="busy"/>'),
    "/relay": twiml(
      '<Connect action="/ended"><ConversationRelay url="wss://r.example.com"><Parameter name="agentId" value="a"/></ConversationRelay></Connect>',
    ),
  });
});

afterEach(async () => {
  await emulator.close();
  await receiver.close();
});

const at = (path: string) => `${receiver.url}${path}`;

function call(fields: NumberFields) {
  control.createNumber(accountSid, { phoneNumber: NUMBER, ...fields });
  return control.placeCall({ from: "+14155559999", to: NUMBER });
}

test.each([
  ["/500", 11200],
  ["/404", 11200],
  ["/json", 12300],
  ["/untyped", 12300],
  ["/broken", 12100],
  ["/html", 12100],
  ["/circle", 11215],
])("%s fails with %i: an alert, and the fallback is told why", async (path, errorCode) => {
  const result = await call({ voice_url: at(path), voice_fallback_url: at("/fallback") });
  expect(result.webhooks.map(({ kind, errorCode: code }) => [kind, code])).toEqual([
    ["voice", errorCode],
    ["fallback", null],
  ]);
  const fallback = receiver.received.at(-1);
  expect(fallback).toMatchObject({ path: "/fallback", isSigned: true });
  expect(fallback?.params).toMatchObject({
    ErrorCode: String(errorCode),
    ErrorUrl: at(path),
    CallSid: result.callSid,
  });
  expect(control.snapshot().alerts).toMatchObject([
    { error_code: String(errorCode), resource_sid: result.callSid, request_url: at(path) },
  ]);
});

test("nobody listening is a connection failure, and tried twice by default", async () => {
  const unused = await startReceiver(TOKEN);
  await unused.close();
  const result = await call({ voice_url: `${unused.url}/voice`, voice_fallback_url: at("/fallback") });
  expect(result.webhooks.map(({ kind, attempt, errorCode }) => [kind, attempt, errorCode])).toEqual([
    ["voice", 1, 11205],
    ["voice", 2, 11205],
    ["fallback", 1, null],
  ]);
});

test("silence ends with the read timeout that the fragment asks for", async () => {
  const result = await call({ voice_url: `${at("/never")}#rt=100`, voice_fallback_url: at("/fallback") });
  expect(result.webhooks[0]).toMatchObject({ errorCode: 11205, attempt: 1, error: "read timeout" });
  expect(result.webhooks).toHaveLength(2);
});

test("a retry policy in the fragment is followed, unsent and unsigned, under one idempotency token", async () => {
  const result = await call({ voice_url: `${at("/500")}#rc=2&rp=5xx` });
  expect(result.webhooks.map(({ attempt, url }) => [attempt, url])).toEqual([
    [1, at("/500")],
    [2, at("/500")],
    [3, at("/500")],
  ]);
  expect(receiver.received.every((webhook) => webhook.isSigned)).toBe(true);
  expect(
    new Set(receiver.received.map((webhook) => webhook.headers["i-twilio-idempotency-token"])).size,
  ).toBe(1);
});

test("without a policy a 5xx is lost: a status callback is not sent again", async () => {
  const result = await call({ voice_url: at("/voice"), status_callback: at("/500") });
  expect(result.webhooks.map(({ kind, status: code }) => [kind, code])).toEqual([
    ["voice", 200],
    ["status", 500],
  ]);
});

test.each([
  ["/moved", "GET", "/after-move", 0],
  ["/kept", "POST", "/after-keep", 1],
])("follows the redirect of %s with %s", async (path, method, to, isPosted) => {
  await call({ voice_url: at(path) });
  const followed = receiver.received.at(-1);
  expect(followed).toMatchObject({ method, path: to, isSigned: true });
  expect(Object.keys(followed?.params ?? {}).length > 0).toBe(isPosted === 1);
});

test("follows the TwiML from document to document, and says what was reached", async () => {
  const result = await call({ voice_url: at("/next") });
  expect(result.verbs.map(({ name, parent }) => [name, parent])).toEqual([
    ["Say", null],
    ["Redirect", null],
    ["Gather", null],
    ["Say", "Gather"],
    ["Hangup", null],
  ]);
  expect(result.webhooks[1]).toMatchObject({ kind: "redirect", method: "GET", url: at("/second?x=1") });
  expect(receiver.received[1]?.isSigned).toBe(true);
});

test("an endless redirect ends after ten documents", async () => {
  expect((await call({ voice_url: at("/loop") })).webhooks).toHaveLength(10);
});

test("a rejected call is busy and costs nothing", async () => {
  expect((await call({ voice_url: at("/busy") })).call).toMatchObject({ status: "busy", duration: null });
});

test("plain text is spoken", async () => {
  expect((await call({ voice_url: at("/plain") })).verbs).toMatchObject([
    { name: "Say", text: "Hello there" },
  ]);
});

test("an agent's session is reached, and its end is reported to the action", async () => {
  const result = await call({ voice_url: at("/relay") });
  expect(result.verbs).toContainEqual({
    name: "ConversationRelay",
    attributes: { url: "wss://r.example.com" },
    text: "",
    parent: "Connect",
  });
  expect(receiver.received.at(-1)).toMatchObject({
    path: "/ended",
    params: { SessionStatus: "completed", SessionDuration: "10", CallSid: result.callSid },
  });
});

test("closing aborts a webhook that is on its way", async () => {
  const result = call({ voice_url: at("/never") });
  while (receiver.received.length === 0) await new Promise((resolve) => setImmediate(resolve));
  await emulator.close();
  expect((await result).webhooks[0]?.error).toMatch(/abort/i);
});
