import { deepEqual } from "node:assert/strict";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { describeEachDatabase, openTestDatabase } from "../../../test/support/databases.ts";
import { addMs } from "../../base/clock.ts";
import { HOUR_MS } from "../../base/durations.ts";
import type { Database } from "../../db/connect.ts";
import { callStatusOrder } from "../../traffic/call-status.ts";
import { rollup, summedEntries } from "../../traffic/traffic.testing.ts";
import { recordReports } from "../../traffic/traffic-store.ts";
import {
  ACCOUNT,
  CALLER,
  countEntries,
  type HeldBooks,
  ledger,
  OURS,
  openHeldBooks,
} from "./reconciliation.testing.ts";
import { reconcileWindow } from "./reconciliation.ts";

const NOBODYS = "+14155550999";
const NOTHING_NEW = { charges: 0, corrections: 0, isComplete: true };

describeEachDatabase("reconciliation", (kind) => {
  let database: Database;
  let books: HeldBooks;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    books = await openHeldBooks(database);
  });
  afterEach(async () => {
    deepEqual(await rollup(books.db), await summedEntries(books.db));
    await books.close();
  });

  const control = () => books.emulator.control;

  /** The last hours, up to now. */
  function reconcile(hours = 2, timeMs = HOUR_MS) {
    const { clock, deps } = books;
    clock.advance(60_000);
    const window = { from: addMs(clock.now(), -hours * HOUR_MS), to: clock.now() };
    return reconcileWindow(deps, books.client, window, addMs(clock.now(), timeMs));
  }

  const callIn = (answerSeconds: number, to = OURS) =>
    control().placeCall({ from: CALLER, to, answerSeconds });

  /** Sent through the API, and moved on without anybody being told. */
  async function send(body: string, ...statuses: readonly string[]): Promise<string> {
    const message = await books.client.sdk.messages.create({ from: OURS, to: CALLER, body });
    for (const status of statuses) await control().advanceMessage(message.sid, status);
    return message.sid;
  }

  test("what no callback told of is found and charged to who held the number when it began", async () => {
    await callIn(61);
    await control().receiveMessage({ from: CALLER, to: OURS, body: "a".repeat(161) });
    await send("hi", "sent", "delivered");
    books.clock.advance(1_000);
    await books.moveNumber(OURS, "org_2");
    books.clock.advance(1_000);
    await callIn(5);
    expect(await reconcile()).toEqual({
      seen: 4,
      recorded: 4,
      nobodys: 0,
      unreadable: 0,
      charges: 4,
      corrections: 0,
      isComplete: true,
    });
    const lines = await ledger(books.db);
    expect(lines).toHaveLength(4);
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ org: "org_1", kind: "voice", direction: "inbound", count: 1, seconds: 61 }),
        expect.objectContaining({ org: "org_2", kind: "voice", direction: "inbound", count: 1, seconds: 5 }),
        expect.objectContaining({ org: "org_1", kind: "sms", direction: "inbound", count: 1, segments: 2 }),
        expect.objectContaining({ org: "org_1", kind: "sms", direction: "outbound", count: 1, segments: 1 }),
      ]),
    );
  });

  test("looking twice changes nothing at all", async () => {
    await callIn(61);
    await send("hi", "sent", "delivered");
    await reconcile();
    const entries = await countEntries(books.db);
    expect(await reconcile()).toMatchObject({ seen: 2, recorded: 2, ...NOTHING_NEW });
    expect(await countEntries(books.db)).toBe(entries);
  });

  test("only the window counts, although Twilio's filters go by the day", async () => {
    await callIn(1);
    await send("early", "sent");
    books.clock.advance(3 * HOUR_MS);
    await callIn(2);
    await send("late", "sent");
    expect(await reconcile(2)).toMatchObject({ seen: 2, recorded: 2 });
    expect(await reconcile(5)).toMatchObject({ seen: 4, charges: 2 });
  });

  test("a duration that a callback had wrong is corrected, once", async () => {
    const { callSid } = await callIn(61);
    const startedAt = books.clock.now();
    const callback = {
      kind: "call",
      accountSid: ACCOUNT,
      sid: callSid,
      ourAddress: OURS,
      direction: "inbound",
      from: CALLER,
      to: OURS,
      status: "completed",
      statusOrder: callStatusOrder("completed"),
      startedAt,
      durationSeconds: 9_999,
    } as const;
    await recordReports(books.db, [callback], startedAt);
    expect(await reconcile()).toMatchObject({ charges: 0, corrections: 1 });
    expect(await ledger(books.db)).toMatchObject([{ count: 1, seconds: 61 }]);
    await recordReports(books.db, [callback], startedAt);
    expect(await reconcile()).toMatchObject(NOTHING_NEW);
    expect(await ledger(books.db)).toMatchObject([{ count: 1, seconds: 61 }]);
  });

  test("a price is filled in when Twilio has it, and follows it when it changes", async () => {
    const { callSid } = await callIn(61);
    const messageSid = await send("hi", "sent", "delivered");
    await reconcile();
    control().setPrice(callSid, "-0.0170");
    control().setPrice(messageSid, "-0.00790");
    expect(await reconcile()).toMatchObject({ charges: 0, corrections: 2 });
    control().setPrice(callSid, "-0.0085");
    expect(await reconcile()).toMatchObject({ charges: 0, corrections: 1 });
    expect(await reconcile()).toMatchObject(NOTHING_NEW);
    expect(await ledger(books.db)).toMatchObject([{ price: "0.0085" }, { price: "0.0079" }]);
  });

  test("a reply of which only callbacks told gets its segments", async () => {
    const messageSid = await send("a".repeat(400), "sent", "delivered");
    const now = books.clock.now();
    const callback = {
      kind: "message",
      accountSid: ACCOUNT,
      sid: messageSid,
      channel: "sms",
      ourAddress: OURS,
      direction: "outbound",
      from: OURS,
      to: CALLER,
      status: "delivered",
      statusOrder: 50_000,
      startedAt: now,
      reportedAt: now,
    } as const;
    await recordReports(books.db, [callback], now);
    expect(await ledger(books.db)).toMatchObject([{ count: 1, segments: 1 }]);
    expect(await reconcile()).toMatchObject({ charges: 0, corrections: 1 });
    expect(await ledger(books.db)).toMatchObject([{ count: 1, segments: 3 }]);
  });

  test("what costs nothing is seen and not charged", async () => {
    await send("hi", "sent", "failed");
    await send("hi", "sent", "undelivered");
    await control().placeCall({ from: CALLER, to: OURS, outcome: "busy" });
    await reconcile();
    expect(await ledger(books.db)).toMatchObject([{ kind: "sms", count: 1 }]);
    const failed = await books.db
      .selectFrom("message")
      .select("error_code")
      .where("status", "=", "failed")
      .execute();
    expect(failed).toHaveLength(1);
  });

  test("numbers that nobody holds are counted and left alone", async () => {
    control().createNumber(ACCOUNT, { phoneNumber: NOBODYS, trunk_sid: `TK${"1".repeat(32)}` });
    await callIn(61, NOBODYS);
    await control().receiveMessage({ from: CALLER, to: NOBODYS, body: "hi" });
    expect(await reconcile()).toMatchObject({ seen: 2, recorded: 0, nobodys: 2, charges: 0 });
    expect(await ledger(books.db)).toEqual([]);
  });

  test("a leg that was dialled is charged to whom its call belongs", async () => {
    const twiml = "<Response><Dial>+14155557777</Dial></Response>";
    const call = await books.client.sdk.calls.create({ from: OURS, to: CALLER, twiml });
    await control().advanceCall(call.sid, "in-progress", { durationSeconds: 100, dialSeconds: 50 });
    await control().advanceCall(call.sid, "completed", { durationSeconds: 100 });
    await reconcile();
    expect(await ledger(books.db)).toMatchObject([
      { org: "org_1", sid: call.sid, seconds: 100 },
      { org: "org_1", direction: "outbound", seconds: 50 },
    ]);
  });

  test("a leg finds its call, even when that began before the window and its address is another's", async () => {
    const call = await books.client.sdk.calls.create({ from: OURS, to: CALLER, twiml: "<Response/>" });
    await control().advanceCall(call.sid, "in-progress");
    books.clock.advance(3 * HOUR_MS);
    const legs = `<Response><Dial callerId="${CALLER}">+14155557777</Dial></Response>`;
    await books.client.sdk.calls(call.sid).update({ twiml: legs });
    await control().idle();
    await control().advanceCall(call.sid, "completed", { durationSeconds: 3 * 3_600 });
    const outOfTime = { seen: 1, recorded: 0, nobodys: 0, isComplete: false };
    expect(await reconcile(2, 0), "for which there is no time").toMatchObject(outOfTime);
    expect(await reconcile(2)).toMatchObject({ seen: 2, recorded: 2, nobodys: 0 });
    expect(await ledger(books.db)).toMatchObject([
      { org: "org_1", sid: call.sid, seconds: 10_800 },
      { org: "org_1", direction: "outbound" },
    ]);
  });

  test("a leg of a call of nobody's is nobody's", async () => {
    control().createNumber(ACCOUNT, { phoneNumber: NOBODYS });
    const call = await books.client.sdk.calls.create({ from: NOBODYS, to: CALLER, twiml: "<Response/>" });
    await control().advanceCall(call.sid, "in-progress");
    books.clock.advance(3 * HOUR_MS);
    await books.client.sdk
      .calls(call.sid)
      .update({ twiml: "<Response><Dial>+14155557777</Dial></Response>" });
    await control().idle();
    expect(await reconcile(2)).toMatchObject({ recorded: 0, nobodys: 2 });
    expect(await ledger(books.db)).toEqual([]);
  });

  async function receiveMany(count: number): Promise<void> {
    for (let index = 0; index < count; index++) {
      await control().receiveMessage({ from: CALLER, to: OURS, body: "hi" });
    }
  }

  test("what Twilio lists twice, across pages, is charged once", async () => {
    control().repeatAcrossPages(true);
    await receiveMany(2_100);
    const counts = await reconcile();
    expect(counts.seen).toBeGreaterThan(2_100);
    expect(counts).toMatchObject({ charges: 2_100, corrections: 0, isComplete: true });
    expect(await countEntries(books.db)).toBe(2_100);
  });

  test("what was recorded until Twilio failed stays, and the next run completes", async () => {
    await receiveMany(1_100);
    await callIn(61);
    control().addFault({ path: "/Messages", skip: 1, times: 4, effect: { kind: "error", status: 500 } });
    await expect(reconcile()).rejects.toMatchObject({ name: "TwilioError", status: 500 });
    expect(await countEntries(books.db)).toBe(1_001);
    expect(await reconcile()).toMatchObject({ seen: 1_101, charges: 100, isComplete: true });
    expect(await countEntries(books.db)).toBe(1_101);
  });

  test("a failure that passes while the client tries again is none", async () => {
    await receiveMany(1_100);
    control().addFault({ path: "/Messages", skip: 1, times: 2, effect: { kind: "error", status: 503 } });
    expect(await reconcile()).toMatchObject({ charges: 1_100, isComplete: true });
  });

  test("when the time is over it stops after a page, and says so", async () => {
    await receiveMany(1_100);
    const { clock, deps } = books;
    const window = { from: addMs(clock.now(), -HOUR_MS), to: addMs(clock.now(), HOUR_MS) };
    expect(await reconcileWindow(deps, books.client, window, clock.now())).toMatchObject({
      charges: 1_000,
      isComplete: false,
    });
  });
});
