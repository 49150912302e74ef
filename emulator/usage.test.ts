import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { type Control, type Emulator, type EmulatorOptions, startEmulator } from "./index.ts";
import { sdk } from "./test-kit.ts";

const listing = z.looseObject({ usage_records: z.array(z.unknown()).default([]) });

const NUMBER = "+14155550100";
const OTHER = "+14155559999";
const DAY_MS = 86_400_000;

let emulator: Emulator;
let control: Control;
let account: { sid: string; auth_token: string };
let client: ReturnType<typeof sdk>;
let nowMs: number;

async function start(options: EmulatorOptions = {}): Promise<void> {
  nowMs = Date.UTC(2026, 9, 10, 23, 50);
  emulator = await startEmulator({ now: () => nowMs, allowLocalhostUrls: true, ...options });
  control = emulator.control;
  account = control.createAccount();
  client = sdk(emulator, account.sid, account.auth_token);
  addNumber(account.sid, NUMBER);
  control.createSender(account.sid, { phoneNumber: NUMBER });
}

beforeEach(() => start());
afterEach(() => emulator.close());

// A trunk answers calls without asking anybody for a document.
const addNumber = (accountSid: string, phoneNumber: string) =>
  control.createNumber(accountSid, { phoneNumber, trunk_sid: `TK${"1".repeat(32)}` });

const callIn = (answerSeconds: number) => control.placeCall({ from: OTHER, to: NUMBER, answerSeconds });

async function callOut(...path: [status: string, durationSeconds?: number][]): Promise<string> {
  const { sid } = await client.calls.create({ to: OTHER, from: NUMBER, twiml: "<Response/>" });
  for (const [status, durationSeconds] of path) await control.advanceCall(sid, status, { durationSeconds });
  return sid;
}

async function send(body: string, statuses: readonly string[], more: object = {}): Promise<string> {
  const { sid } = await client.messages.create({ to: OTHER, from: NUMBER, body, ...more });
  for (const status of statuses) await control.advanceMessage(sid, status);
  return sid;
}

const WHATSAPP = { to: `whatsapp:${OTHER}`, from: `whatsapp:${NUMBER}` };

/** [count, usage] by category, without those that have none. */
async function usage(who = client): Promise<Record<string, [string, string]>> {
  const records = await who.usage.records.list({ pageSize: 1000 });
  const used = records.filter(({ count }) => Number(count) > 0);
  return Object.fromEntries(
    used.map(({ category, count, usage: quantity }) => [category, [count, quantity]]),
  );
}

describe("usage counts what Twilio bills", () => {
  test("a minute for every begun one of every leg that was answered", async () => {
    for (const seconds of [1, 60, 61]) await callIn(seconds);
    await callOut(["in-progress"], ["completed", 125]);
    await callOut(["completed", 10]);
    await callOut(["busy"]);
    await callOut(["in-progress"]);
    expect(await usage()).toEqual({
      calls: ["5", "8"],
      "calls-inbound": ["3", "4"],
      "calls-outbound": ["2", "4"],
    });
  });

  test("the legs of a <Dial> as calls of their own", async () => {
    const twiml = `<Response><Dial>${OTHER}</Dial></Response>`;
    const { sid } = await client.calls.create({ to: OTHER, from: NUMBER, twiml });
    await control.advanceCall(sid, "in-progress", { durationSeconds: 100, dialSeconds: 50 });
    await control.advanceCall(sid, "completed", { durationSeconds: 100 });
    expect((await usage())["calls-outbound"]).toEqual(["2", "3"]);
  });

  test("messages that came in or left, by segment and by message", async () => {
    const long = "a".repeat(161);
    await control.receiveMessage({ from: OTHER, to: NUMBER, body: long });
    await send(long, ["sent"]);
    await send("hi", ["sent", "undelivered"]);
    await send("hi", ["sent", "failed"]);
    await send("hi", []);
    await send(long, ["delivered"], { mediaUrl: ["https://a.example.com/cat.jpg"] });
    await control.receiveMessage({ from: OTHER, to: NUMBER, body: "hi", channel: "whatsapp" });
    await send(long, ["sent", "delivered", "read"], WHATSAPP);
    expect(await usage()).toEqual({
      sms: ["3", "5"],
      "sms-inbound": ["1", "2"],
      "sms-outbound": ["2", "3"],
      mms: ["1", "1"],
      "mms-outbound": ["1", "1"],
      "channels-whatsapp": ["2", "2"],
      "channels-whatsapp-inbound": ["1", "1"],
      "channels-whatsapp-outbound": ["1", "1"],
    });
  });

  test("a message that was deleted afterwards", async () => {
    await client.messages(await send("hi", ["delivered"])).remove();
    expect((await usage()).sms).toEqual(["1", "1"]);
  });

  test("subaccounts too, unless told otherwise", async () => {
    const sub = control.createAccount({ parentSid: account.sid });
    addNumber(sub.sid, "+14155550101");
    await control.placeCall({ from: OTHER, to: "+14155550101" });
    await callIn(10);
    expect((await usage()).calls).toEqual(["2", "2"]);
    expect((await usage(sdk(emulator, sub.sid, sub.auth_token))).calls).toEqual(["1", "1"]);
    const own = await client.usage.records.list({ category: "calls", includeSubaccounts: false });
    expect(own).toMatchObject([{ count: "1" }]);
  });
});

describe("prices", () => {
  test("are summed up exactly, from what the resources say", async () => {
    for (let index = 0; index < 10; index++) control.setPrice(await send("hi", ["delivered"]), "-0.00790");
    control.setPrice((await callIn(10)).callSid, "-0.1");
    const price = async (category: string) => (await client.usage.records.list({ category }))[0];
    expect(await price("sms")).toMatchObject({ price: "0.079", priceUnit: "usd", usageUnit: "segments" });
    expect(await price("totalprice")).toMatchObject({ price: "0.179", usage: "0.179", count: null });
  });

  test.each([
    ["an inbound minute", "-0.0170", async () => (await callIn(61)).callSid],
    ["an outbound minute", "-0.0140", () => callOut(["in-progress"], ["completed", 60])],
    ["an unanswered call", null, () => callOut(["no-answer"])],
    ["two segments", "-0.0158", () => send("a".repeat(161), ["sent", "delivered"])],
    ["a message on its way", null, () => send("hi", ["sent"])],
    ["a failed message", null, () => send("hi", ["failed"])],
    ["a picture", "-0.0200", () => send("", ["delivered"], { mediaUrl: ["https://a.example.com/cat.jpg"] })],
    ["WhatsApp", "-0.0050", () => send("hi", ["delivered", "read"], WHATSAPP)],
  ])("with autoPrice, %s costs %s", async (_name, price, happen) => {
    await emulator.close();
    await start({ autoPrice: true });
    const sid = await happen();
    const resource = sid.startsWith("CA") ? client.calls(sid) : client.messages(sid);
    expect((await resource.fetch()).price).toBe(price);
  });

  test("with autoPrice, a message that comes in has its price, and one that was set stays", async () => {
    await emulator.close();
    await start({ autoPrice: true });
    const { messageSid } = await control.receiveMessage({ from: OTHER, to: NUMBER, body: "hi" });
    expect((await client.messages(messageSid).fetch()).price).toBe("-0.0079");
    const sid = await send("hi", ["delivered"], WHATSAPP);
    control.setPrice(sid, "-0.5");
    await control.advanceMessage(sid, "read");
    expect((await client.messages(sid).fetch()).price).toBe("-0.5");
  });
});

describe("days", () => {
  const counts = async (options: { startDate?: Date; endDate?: Date } = {}) => {
    const records = await client.usage.records.daily.list({ category: "calls", pageSize: 2, ...options });
    return records.map(({ startDate, endDate, count }) => {
      expect(endDate).toEqual(startDate);
      return [startDate.toISOString().slice(0, 10), count];
    });
  };

  beforeEach(async () => {
    // Begins before midnight, ends after it.
    await callIn(3600);
    nowMs += 2 * DAY_MS;
    await callIn(10);
    await callIn(10);
    nowMs += DAY_MS;
  });

  test("belong to the start of a call, the last one first, and those without any are there too", async () => {
    expect(await counts()).toEqual([
      ["2026-10-13", "0"],
      ["2026-10-12", "2"],
      ["2026-10-11", "0"],
      ["2026-10-10", "1"],
    ]);
  });

  test("can be narrowed from both sides", async () => {
    const day = new Date("2026-10-12");
    expect(await counts({ startDate: day })).toHaveLength(2);
    expect(await counts({ endDate: day })).toHaveLength(3);
    expect(await counts({ startDate: day, endDate: day })).toEqual([["2026-10-12", "2"]]);
    expect(await counts({ startDate: new Date("2027-01-01") })).toEqual([]);
  });

  async function ask(path: string): Promise<{ status: number; records: unknown[] }> {
    const authorization = `Basic ${btoa(`${account.sid}:${account.auth_token}`)}`;
    const url = `${emulator.url}/2010-04-01/Accounts/${account.sid}/Usage/Records${path}`;
    const res = await fetch(url, { headers: { authorization } });
    const { usage_records: records } = listing.parse(await res.json());
    return { status: res.status, records };
  }

  test.each([
    ["StartDate=-1days", 2],
    ["StartDate=-1day&EndDate=%2B3days", 2],
    ["EndDate=-2days", 2],
    ["StartDate=2026-10-11&EndDate=+0days", 3],
  ])("can be counted from today: %s", async (query, days) => {
    expect((await ask(`/Daily.json?Category=sms&${query}`)).records).toHaveLength(days);
  });

  test.each([["yesterday"], ["2026-13-45"], ["10/12/2026"]])("are refused when they are %s", async (day) => {
    expect((await ask(`/Daily.json?StartDate=${day}`)).status).toBe(400);
  });

  test.each([
    ["/Today.json", "0", "2026-10-13", "2026-10-13"],
    ["/Yesterday.json", "2", "2026-10-12", "2026-10-12"],
    ["/AllTime.json", "3", "2026-10-10", "2026-10-13"],
    [".json?EndDate=2026-10-11", "1", "2026-10-10", "2026-10-11"],
  ])("%s is one record for each category", async (path, count, startDate, endDate) => {
    const category = `${path.includes("?") ? "&" : "?"}Category=calls`;
    expect((await ask(path + category)).records).toMatchObject([
      { count, start_date: startDate, end_date: endDate, as_of: "2026-10-13T23:50:00+00:00" },
    ]);
    expect((await ask(path)).records).toHaveLength(13);
  });

  test("of a category that the emulator does not know are none", async () => {
    expect((await ask("/Daily.json?Category=faxes")).records).toEqual([]);
  });
});
