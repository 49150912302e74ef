import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { describeEachDatabase, openTestDatabase } from "../../../test/support/databases.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../base/durations.ts";
import type { Database } from "../../db/connect.ts";
import { sid } from "../../twilio/twilio.testing.ts";
import { checkOpen } from "./checks.ts";
import { fetchReport } from "./fetch.ts";
import { CALLER, type HeldBooks, ledger, OURS, openHeldBooks } from "./reconciliation.testing.ts";
import { recordAll } from "./records.ts";

const REFUSED = sid("AC", 2);

describeEachDatabase("what has been open for too long", (kind) => {
  let database: Database;
  let books: HeldBooks;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    books = await openHeldBooks(database);
  });
  afterEach(() => books.close());

  /** A call under way, of which we know that it began. */
  async function beginCall(): Promise<string> {
    const call = await books.client.sdk.calls.create({ from: OURS, to: CALLER, twiml: "<Response/>" });
    await books.emulator.control.advanceCall(call.sid, "in-progress");
    await hearOf(call.sid);
    return call.sid;
  }

  /** A message on its way, of which we know that it was sent, and not in how many segments. */
  async function beginMessage(): Promise<string> {
    const message = await books.client.sdk.messages.create({ from: OURS, to: CALLER, body: "a".repeat(400) });
    await books.emulator.control.advanceMessage(message.sid, "sent");
    const { statusOrder, ...report } = { ...(await reportOf(message.sid)), segments: undefined };
    await recordAll(books.deps, [{ ...report, statusOrder: statusOrder - 9_999 }]);
    return message.sid;
  }

  async function reportOf(resourceSid: string) {
    const report = await fetchReport(books.client, resourceSid);
    if (!report) throw new Error(`There is no ${resourceSid}`);
    return report;
  }

  async function hearOf(resourceSid: string): Promise<void> {
    await recordAll(books.deps, [await reportOf(resourceSid)]);
  }

  /** How many were asked about, and what came of it, so long after now. */
  async function checkAfter(ms: number) {
    books.clock.advance(ms);
    books.emulator.control.clearRequests();
    const counts = await checkOpen(books.deps);
    return {
      asked: books.emulator.control.requests().length,
      charges: counts.charges,
      corrections: counts.corrections,
    };
  }

  const NOTHING = { asked: 0, charges: 0, corrections: 0 };

  test("a call whose end nobody told of is asked about after five minutes, and then no more", async () => {
    const call = await beginCall();
    await books.emulator.control.advanceCall(call, "completed", { durationSeconds: 61 });
    expect(await checkAfter(4 * MINUTE_MS)).toEqual(NOTHING);
    expect(await checkAfter(MINUTE_MS)).toEqual({ asked: 1, charges: 1, corrections: 0 });
    expect(await ledger(books.db)).toMatchObject([{ sid: call, org: "org_1", seconds: 61 }]);
    expect(await checkAfter(3 * DAY_MS)).toEqual(NOTHING);
  });

  test("what stays open is asked about ever more rarely, and after two days no more", async () => {
    await beginCall();
    const asked: number[] = [];
    for (let minutes = 0; minutes < 3 * 24 * 60; minutes += 5) {
      if ((await checkAfter(5 * MINUTE_MS)).asked > 0) asked.push(minutes + 5);
    }
    expect(asked).toEqual([5, 60, 24 * 60, 48 * 60]);
  });

  test("a message gets its segments", async () => {
    const message = await beginMessage();
    expect(await ledger(books.db)).toMatchObject([{ segments: 1 }]);
    await books.emulator.control.advanceMessage(message, "delivered");
    expect(await checkAfter(5 * MINUTE_MS)).toEqual({ asked: 1, charges: 0, corrections: 1 });
    expect(await ledger(books.db)).toMatchObject([{ count: 1, segments: 3 }]);
    expect(await checkAfter(3 * DAY_MS)).toEqual(NOTHING);
  });

  test("what was deleted in Twilio is not asked about again", async () => {
    await books.client.sdk.messages(await beginMessage()).remove();
    expect(await checkAfter(5 * MINUTE_MS)).toEqual({ asked: 1, charges: 0, corrections: 0 });
    expect(await checkAfter(3 * DAY_MS)).toEqual(NOTHING);
  });

  test("one that Twilio does not answer for is asked about later, and the others now", async () => {
    const [first, second] = [await beginCall(), await beginCall()];
    for (const call of [first, second]) {
      await books.emulator.control.advanceCall(call, "completed", { durationSeconds: 10 });
    }
    books.emulator.control.addFault({ path: first, times: 4, effect: { kind: "error", status: 500 } });
    expect((await checkAfter(5 * MINUTE_MS)).charges).toBe(1);
    expect(await ledger(books.db)).toMatchObject([{ sid: second }]);
    expect(await checkAfter(10 * MINUTE_MS)).toEqual(NOTHING);
    expect(await checkAfter(HOUR_MS)).toEqual({ asked: 1, charges: 1, corrections: 0 });
  });

  test("one of which Twilio says what nobody can read does not keep the others from being told", async () => {
    const [first, second] = [await beginCall(), await beginCall()];
    for (const call of [first, second]) {
      await books.emulator.control.advanceCall(call, "completed", { durationSeconds: 10 });
    }
    books.emulator.control.addFault({
      path: first,
      effect: { kind: "error", status: 200, body: "<html>" },
    });
    expect((await checkAfter(5 * MINUTE_MS)).charges).toBe(1);
    expect(await ledger(books.db)).toMatchObject([{ sid: second }]);
    expect((await checkAfter(HOUR_MS)).charges).toBe(1);
  });

  test("an account that refuses us holds up nobody else's checks, now or later", async () => {
    const call = await beginCall();
    await books.emulator.control.advanceCall(call, "completed", { durationSeconds: 10 });
    await books.connect(REFUSED, "org_2", "a wrong token");
    const report = await reportOf(call);
    await recordAll(books.deps, [
      {
        ...report,
        accountSid: REFUSED,
        status: "in-progress",
        statusOrder: 40_000,
        holder: { orgId: "org_2", phoneNumberId: "phone_2", agentId: undefined },
      },
    ]);
    expect((await checkAfter(5 * MINUTE_MS)).charges).toBe(1);
    expect(await checkAfter(5 * MINUTE_MS)).toEqual(NOTHING);
    expect((await checkAfter(HOUR_MS)).asked).toBe(1);
  });

  test("a late callback does not bring back what was given up", async () => {
    const call = await beginCall();
    for (let check = 0; check < 4; check++) await checkAfter(DAY_MS);
    const report = { ...(await reportOf(call)), status: "ringing", statusOrder: 30_000 };
    await recordAll(books.deps, [report]);
    expect(await checkAfter(5 * MINUTE_MS)).toEqual(NOTHING);
  });
});
