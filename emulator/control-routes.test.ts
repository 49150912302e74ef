import { afterEach, beforeEach, expect, test } from "vitest";
import { type DemoAccount, type Emulator, seedDemo, startEmulator } from "./index.ts";
import { sdk } from "./test-kit.ts";

let emulator: Emulator;
let demo: DemoAccount;

beforeEach(async () => {
  emulator = await startEmulator();
  demo = seedDemo(emulator.control);
});

afterEach(() => emulator.close());

async function control(method: string, ...args: unknown[]): Promise<{ status: number; json: unknown }> {
  const body = JSON.stringify(args);
  const res = await fetch(`${emulator.url}/_emulator/${method}`, { method: "POST", body });
  const text = await res.text();
  return { status: res.status, json: text === "" ? null : JSON.parse(text) };
}

test("another process creates a number, and sees it in the snapshot", async () => {
  const number = { phoneNumber: "+14155550188", voice_url: "https://a.example.com/voice" };
  expect(await control("createNumber", demo.accountSid, number)).toMatchObject({
    status: 200,
    json: { phone_number: "+14155550188", voice_url: "https://a.example.com/voice" },
  });
  expect((await control("snapshot")).json).toEqual(emulator.control.snapshot());
});

test("each who asks for a trial account has one of their own, with numbers that nobody else has", async () => {
  const [one, other] = [await control("createTrialAccount"), await control("createTrialAccount")];
  const accounts = [one, other].map(({ json }) => json as { accountSid: string; phoneNumbers: string[] });
  expect(new Set(accounts.map(({ accountSid }) => accountSid)).size).toBe(2);
  expect(new Set(accounts.flatMap(({ phoneNumbers }) => phoneNumbers)).size).toBe(6);
});

test("somebody changes a number in the Console", async () => {
  const sid = demo.numbers[0]?.sid ?? "";
  await control("updateNumber", sid, { voice_url: "https://thief.example.com" });
  const client = sdk(emulator, demo.accountSid, demo.authToken);
  expect((await client.incomingPhoneNumbers(sid).fetch()).voiceUrl).toBe("https://thief.example.com");
});

test("faults and the log are in reach", async () => {
  await control("addFault", { path: "IncomingPhoneNumbers", effect: { kind: "error", status: 503 } });
  const client = sdk(emulator, demo.accountSid, demo.authToken);
  await expect(client.incomingPhoneNumbers.list()).rejects.toMatchObject({ status: 503 });
  expect((await control("requests", { method: "GET" })).json).toMatchObject([
    { status: 503, applied: false },
  ]);
  expect(await control("releaseHeld")).toEqual({ status: 200, json: 0 });
});

test("a call is placed, with its route and webhooks in the answer", async () => {
  const call = { from: "+14155559999", to: demo.numbers[4]?.phoneNumber };
  expect(await control("placeCall", call)).toMatchObject({ status: 200, json: { route: { kind: "trunk" } } });
});

test.each([
  ["an unknown method", "launchMissiles", [], 404],
  ["a missing argument", "createNumber", [], 400],
  ["an unknown effect", "addFault", [{ effect: { kind: "explode" } }], 400],
  ["a number that is not there", "releaseNumber", ["PN0"], 400],
])("%s is refused", async (_name, method, args, status) => {
  const answer = await control(method, ...args);
  expect(answer).toMatchObject({ status, json: { error: expect.any(String) } });
});

test("methods without arguments serve by GET", async () => {
  const res = await fetch(`${emulator.url}/_emulator/snapshot`);
  expect(await res.json()).toEqual(emulator.control.snapshot());
});

test("a reset forgets everything", async () => {
  await control("reset");
  expect(emulator.control.snapshot().numbers).toEqual([]);
  expect(emulator.control.requests()).toEqual([]);
});

const withoutDates = (snapshot: object) => JSON.stringify(snapshot).replaceAll(/"date[^,}]+[,}]/gi, "");

test("the same seed gives the same demo", async () => {
  const other = await startEmulator();
  seedDemo(other.control);
  expect(withoutDates(other.control.snapshot())).toBe(withoutDates(emulator.control.snapshot()));
  await other.close();
});
