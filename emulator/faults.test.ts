import { afterEach, beforeEach, expect, test } from "vitest";
import { type Control, type Emulator, type FaultEffect, startEmulator } from "./index.ts";
import { sdk } from "./test-kit.ts";

const NEW_URL = "https://new.example.com/voice";

let emulator: Emulator;
let control: Control;
let accountSid: string;
let sid: string;
let number: ReturnType<ReturnType<typeof sdk>["incomingPhoneNumbers"]>;

beforeEach(async () => {
  emulator = await startEmulator({ concurrencyLimit: 2 });
  control = emulator.control;
  const account = control.createAccount();
  accountSid = account.sid;
  sid = control.createNumber(accountSid, { phoneNumber: "+14155550100" }).sid;
  number = sdk(emulator, accountSid, account.auth_token).incomingPhoneNumbers(sid);
});

afterEach(() => emulator.close());

const fault = (effect: FaultEffect) =>
  control.addFault({ method: "POST", path: "IncomingPhoneNumbers", effect });
const voiceUrl = () => control.snapshot().numbers[0];
const update = () => number.update({ voiceUrl: NEW_URL });

/** Sends an update that will not be answered, and resolves when the emulator has it. */
async function sendUpdate(effect: FaultEffect): Promise<AbortController> {
  fault(effect);
  const client = new AbortController();
  const account = control.snapshot().accounts[0] ?? {};
  const token = "auth_token" in account ? String(account.auth_token) : "";
  fetch(`${emulator.url}/2010-04-01/Accounts/${accountSid}/IncomingPhoneNumbers/${sid}.json`, {
    method: "POST",
    body: new URLSearchParams({ VoiceUrl: NEW_URL }),
    headers: { authorization: `Basic ${btoa(`${accountSid}:${token}`)}` },
    signal: client.signal,
  }).catch(() => undefined);
  while (control.requests({ method: "POST" }).length === 0)
    await new Promise((resolve) => setImmediate(resolve));
  return client;
}

test("an error is answered with Twilio's JSON and not applied", async () => {
  fault({ kind: "error", status: 429 });
  await expect(update()).rejects.toMatchObject({ status: 429, code: 20429 });
  expect(voiceUrl()).toMatchObject({ voice_url: null });
  expect((await update()).voiceUrl).toBe(NEW_URL);
});

test("an error can be a proxy's page", async () => {
  fault({ kind: "error", status: 502, body: "<html>Bad gateway</html>", headers: { "retry-after": "1" } });
  await expect(update()).rejects.toMatchObject({ status: 502 });
});

test.each([
  ["hang", null],
  ["applyThenHang", NEW_URL],
] as const)("%s: the client hears nothing, and the URL is %s", async (kind, expected) => {
  const client = await sendUpdate({ kind });
  expect(voiceUrl()).toMatchObject({ voice_url: expected });
  expect(control.requests({ method: "POST" })).toMatchObject([{ status: null, applied: expected !== null }]);
  client.abort();
});

test("hangThenApply lands late, when it is released, though the client has left", async () => {
  const client = await sendUpdate({ kind: "hangThenApply" });
  client.abort();
  expect(voiceUrl()).toMatchObject({ voice_url: null });
  expect(control.releaseHeld()).toBe(1);
  expect(voiceUrl()).toMatchObject({ voice_url: NEW_URL });
  expect(control.releaseHeld()).toBe(0);
});

test.each([
  ["reset", null],
  ["applyThenReset", NEW_URL],
] as const)("%s: the connection breaks, and the URL is %s", async (kind, expected) => {
  fault({ kind });
  await expect(update()).rejects.toThrow(/socket hang up|ECONNRESET/);
  expect(voiceUrl()).toMatchObject({ voice_url: expected });
});

test("a fault skips, hits a number of times, and is over", async () => {
  control.addFault({ method: "POST", skip: 1, times: 2, effect: { kind: "error", status: 500 } });
  const outcomes = [];
  for (let index = 0; index < 4; index++) {
    outcomes.push(
      await update().then(
        () => 200,
        (error: { status: number }) => error.status,
      ),
    );
  }
  expect(outcomes).toEqual([200, 500, 500, 200]);
});

test("a fault waits for its parameters", async () => {
  control.addFault({ params: { VoiceUrl: NEW_URL }, effect: { kind: "error", status: 503 } });
  await number.update({ friendlyName: "harmless" });
  await expect(update()).rejects.toMatchObject({ status: 503 });
});

test("a fault finds nested keys of a JSON body by their path", async () => {
  const sender = control.createSender(accountSid, { phoneNumber: "+14155550100" });
  control.addFault({ params: { "webhook.callback_url": NEW_URL }, effect: { kind: "error", status: 503 } });
  const account = control.rotateAuthToken(accountSid);
  const res = await fetch(`${emulator.url}/v2/Channels/Senders/${sender.sid}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      authorization: `Basic ${btoa(`${accountSid}:${account}`)}`,
    },
    body: JSON.stringify({ webhook: { callback_url: NEW_URL } }),
  });
  expect(res.status).toBe(503);
});

test("requests over the account's concurrency are answered 429 and not applied", async () => {
  control.addFault({ method: "GET", times: 2, effect: { kind: "hang" } });
  const hanging = [number.fetch(), number.fetch()].map((request) => request.catch(() => "closed"));
  while (control.requests().length < 2) await new Promise((resolve) => setImmediate(resolve));
  await expect(update()).rejects.toMatchObject({ status: 429, code: 20429 });
  expect(voiceUrl()).toMatchObject({ voice_url: null });
  await emulator.close();
  expect(await Promise.all(hanging)).toEqual(["closed", "closed"]);
});

test("every answer says how many requests the account has under way, refused ones included", async () => {
  control.setLimits({ latencyMs: 50 });
  const path = `/2010-04-01/Accounts/${accountSid}/IncomingPhoneNumbers/${sid}.json`;
  const answers = await Promise.all(Array.from({ length: 3 }, () => fetch(`${emulator.url}${path}`)));
  const said = answers.map(({ headers }) => Number(headers.get("twilio-concurrent-requests")));
  expect(new Set(said)).toEqual(new Set([1, 2, 3]));
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(1);
});

test("limits change while requests are under way, and go back with a reset", async () => {
  control.addFault({ method: "GET", times: 2, effect: { kind: "hang" } });
  const hanging = [number.fetch(), number.fetch()].map((request) => request.catch(() => "closed"));
  while (control.requests().length < 2) await new Promise((resolve) => setImmediate(resolve));
  control.setLimits({ concurrencyLimit: 3 });
  expect((await update()).voiceUrl).toBe(NEW_URL);
  control.reset();
  await expect(update()).rejects.toMatchObject({ status: 429 });
  await emulator.close();
  expect(await Promise.all(hanging)).toEqual(["closed", "closed"]);
});

test("closing drops what hangs, at once", async () => {
  fault({ kind: "hang" });
  const hanging = update().catch(() => "closed");
  while (control.requests().length === 0) await new Promise((resolve) => setImmediate(resolve));
  await emulator.close();
  expect(await hanging).toBe("closed");
});

test("the log says what was asked, and filters", async () => {
  await update();
  await number.fetch();
  await expect(number.update({ voiceUrl: "nonsense" })).rejects.toMatchObject({ code: 21402 });
  expect(control.requests({ method: "POST" })).toMatchObject([
    { params: { VoiceUrl: NEW_URL }, status: 200, applied: true, accountSid },
    { params: { VoiceUrl: "nonsense" }, status: 400, applied: false },
  ]);
  expect(control.requests({ path: "/Calls" })).toEqual([]);
  control.clearRequests();
  expect(control.requests()).toEqual([]);
});
