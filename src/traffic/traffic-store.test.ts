import * as fc from "fast-check";
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { describeEachDatabase, openTestDatabase } from "../../test/support/databases.ts";
import { HOUR_MS } from "../base/durations.ts";
import type { Database, Db } from "../db/connect.ts";
import { recordedCallOrder } from "./call-status.ts";
import { recordedMessageOrder } from "./message-status.ts";
import {
  ACCOUNT,
  BEGAN,
  call,
  entriesOf,
  freshSid,
  message,
  moveNumber,
  rollup,
  seedNumber,
  summedEntries,
  THEIRS,
} from "./traffic.testing.ts";
import type { MessageReport, TrafficReport } from "./traffic-report.ts";
import { recordReports, recordTraffic } from "./traffic-store.ts";

const NOW = new Date("2026-01-10T12:10:00Z");
const secondsAfter = (seconds: number) => new Date(BEGAN.getTime() + seconds * 1_000);

describeEachDatabase("what is recorded of calls and messages", (kind) => {
  let database: Database;
  let db: Db;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
    db = database.db;
    await seedNumber(db);
  });
  afterAll(() => database.close());
  afterEach(expectRollupToBeTheSum);

  async function expectRollupToBeTheSum(): Promise<void> {
    expect(await rollup(db)).toEqual(await summedEntries(db));
  }

  /** Each in a statement of its own. */
  async function record(...reports: readonly TrafficReport[]): Promise<void> {
    for (const report of reports) await recordTraffic(database, [{ report }], NOW);
  }

  /** All in one statement. */
  async function recordTogether(...reports: readonly TrafficReport[]): Promise<void> {
    await recordTraffic(
      database,
      reports.map((report) => ({ report })),
      NOW,
    );
  }

  const callRow = (sid: string) =>
    db.selectFrom("call").selectAll().where("sid", "=", sid).executeTakeFirstOrThrow();
  const messageRow = (sid: string) =>
    db.selectFrom("message").selectAll().where("sid", "=", sid).executeTakeFirstOrThrow();

  const ended = (sid: string, durationSeconds: number) =>
    call(sid, "completed", { durationSeconds, endedAt: secondsAfter(durationSeconds) });

  test("statuses that somebody makes up do not make a message grow for ever, and keep out none of Twilio's", async () => {
    const made = Array.from({ length: 40 }, (_, n) => `made up ${n}`);
    const [apart, together] = [freshSid("SM"), freshSid("SM")];
    const statuses = [...made, "sent", "delivered"];
    await record(...statuses.map((status) => message(apart, status)));
    await recordTogether(...statuses.map((status) => message(together, status)));
    for (const sid of [apart, together]) {
      const times = Object.keys((await messageRow(sid)).status_times as object);
      expect(times).toHaveLength(34);
      expect(times).toEqual(expect.arrayContaining(["made up 0", "sent", "delivered"]));
    }
  });

  test("a completed call is charged once, in unrounded seconds", async () => {
    const sid = freshSid("CA");
    await record(call(sid, "ringing"), ended(sid, 61), ended(sid, 61));
    expect(await entriesOf(db, sid)).toMatchObject([
      { revision: 0, kind: "voice", count: 1, seconds: 61, org_id: "org_1", agent_id: "agent_of_org_1" },
    ]);
    expect(await callRow(sid)).toMatchObject({
      status: "completed",
      duration_seconds: 61,
      next_check_at: null,
    });
  });

  test.each(["busy", "no-answer", "failed", "canceled"])(
    "a call that ends as %s costs nothing",
    async (status) => {
      const sid = freshSid("CA");
      await record(call(sid, status));
      expect(await entriesOf(db, sid)).toEqual([]);
      expect(await callRow(sid)).toMatchObject({ status, next_check_at: null });
    },
  );

  test("a late callback does not take a call back", async () => {
    const sid = freshSid("CA");
    await record(
      ended(sid, 10),
      call(sid, "in-progress", { answeredAt: secondsAfter(3) }),
      call(sid, "ringing"),
    );
    const row = await callRow(sid);
    expect(row).toMatchObject({ status: "completed", duration_seconds: 10 });
    expect(row.answered_at).toEqual(secondsAfter(3));
  });

  test("a status that nobody knows moves nothing", async () => {
    const sid = freshSid("SM");
    await record(message(sid, "sent"), message(sid, "teleported"));
    expect(await messageRow(sid)).toMatchObject({ status: "sent" });
    expect(Object.keys((await messageRow(sid)).status_times as object).toSorted()).toEqual([
      "sent",
      "teleported",
    ]);
  });

  test("a message is charged when it has left, never again for its delivery", async () => {
    const sid = freshSid("SM");
    await record(message(sid, "queued", { segments: 3 }));
    expect(await entriesOf(db, sid)).toEqual([]);
    await record(message(sid, "sent"), message(sid, "delivered"), message(sid, "delivered"));
    expect(await entriesOf(db, sid)).toMatchObject([
      { revision: 0, kind: "sms", count: 1, segments: 3, is_provisional: false },
    ]);
  });

  test("a delivery that is heard of before the send still charges once", async () => {
    const sid = freshSid("SM");
    await record(message(sid, "delivered", { segments: 2 }), message(sid, "sent"));
    expect(await entriesOf(db, sid)).toMatchObject([{ count: 1, segments: 2 }]);
    expect(await messageRow(sid)).toMatchObject({ status: "delivered" });
  });

  test.each(["failed", "canceled"])("a message that %s is never charged", async (status) => {
    const sid = freshSid("SM");
    await record(message(sid, "queued", { segments: 1 }), message(sid, status, { errorCode: 30008 }));
    expect(await entriesOf(db, sid)).toEqual([]);
    expect(await messageRow(sid)).toMatchObject({ status, error_code: 30008, next_check_at: null });
  });

  test("a message that left and failed all the same is taken back", async () => {
    const sid = freshSid("SM");
    await record(message(sid, "sent", { segments: 2 }), message(sid, "failed"), message(sid, "failed"));
    expect(await entriesOf(db, sid)).toMatchObject([
      { revision: 0, count: 1, segments: 2, price: null },
      { revision: 1, count: -1, segments: -2, price: null },
    ]);
  });

  test("and what Twilio charged for it is taken back with it", async () => {
    const sid = freshSid("SM");
    const priced = message(sid, "sent", { segments: 2, price: "0.0158", priceUnit: "USD" });
    const failed = message(sid, "failed", { statusOrder: recordedMessageOrder("failed") });
    await record(priced, failed, { ...failed, price: "0.0158", priceUnit: "USD" });
    expect(await entriesOf(db, sid)).toMatchObject([
      { revision: 0, count: 1, price: "0.015800" },
      { revision: 1, count: -1, price: "-0.015800" },
    ]);
  });

  test.each([
    ["one after the other", async (...reports: readonly MessageReport[]) => record(...reports)],
    ["together", async (...reports: readonly MessageReport[]) => recordTogether(...reports)],
  ])("an error goes with the status that it was about: %s", async (_name, tell) => {
    const sid = freshSid("SM");
    const failed = message(sid, "undelivered", { errorCode: 30003 });
    await tell(failed, message(sid, "undelivered", { statusOrder: recordedMessageOrder("undelivered") }));
    expect(await messageRow(sid)).toMatchObject({ status: "undelivered", error_code: 30003 });
    await tell(message(sid, "delivered", { statusOrder: recordedMessageOrder("delivered") }), failed);
    expect(await messageRow(sid)).toMatchObject({ status: "delivered", error_code: null });
  });

  test("a code of a line that was busy goes when the call was completed after all", async () => {
    const sid = freshSid("CA");
    const completed = { durationSeconds: 9, statusOrder: recordedCallOrder("completed") };
    await record(call(sid, "busy", { sipCode: 486 }), call(sid, "completed", completed));
    expect(await callRow(sid)).toMatchObject({ status: "completed", sip_code: null });
  });

  test("segments are one, provisionally, until Twilio says how many", async () => {
    const sid = freshSid("SM");
    await record(message(sid, "sent"));
    expect(await entriesOf(db, sid)).toMatchObject([{ segments: 1, is_provisional: true }]);
    expect((await messageRow(sid)).next_check_at).not.toBeNull();
    const known = message(sid, "delivered", { segments: 4, statusOrder: recordedMessageOrder("delivered") });
    await record(known, known);
    expect(await entriesOf(db, sid)).toMatchObject([
      { revision: 0, segments: 1, is_provisional: true },
      { revision: 1, count: 0, segments: 3, is_provisional: false },
    ]);
    expect((await messageRow(sid)).next_check_at).toBeNull();
  });

  test("Twilio's own record corrects a duration, once, and the minutes with it", async () => {
    const sid = freshSid("CA");
    const record61 = { durationSeconds: 61, statusOrder: recordedCallOrder("completed") };
    await record(ended(sid, 60), call(sid, "completed", record61), call(sid, "completed", record61));
    expect(await entriesOf(db, sid)).toMatchObject([
      { revision: 0, count: 1, seconds: 60 },
      { revision: 1, count: 0, seconds: 1 },
    ]);
  });

  test("a price is filled in when it appears, and corrected when it changes", async () => {
    const sid = freshSid("CA");
    const priced = (price: string, sequence: number) =>
      call(sid, "completed", {
        durationSeconds: 30,
        price,
        priceUnit: "USD",
        statusOrder: recordedCallOrder("completed") + sequence,
      });
    await record(ended(sid, 30), priced("0.0085", 0), priced("0.0085", 0));
    const charged = { revision: 0, seconds: 30, price: null };
    expect(await entriesOf(db, sid)).toMatchObject([charged, { revision: 1, seconds: 0, price: "0.008500" }]);
  });

  test("what Twilio's record says later is believed more than what it said before", async () => {
    const sid = freshSid("CA");
    const statusOrder = recordedCallOrder("completed");
    const record60 = call(sid, "completed", {
      durationSeconds: 60,
      price: "0.01",
      priceUnit: "USD",
      statusOrder,
    });
    await record(record60, { ...record60, durationSeconds: 61, price: "0.02" });
    expect(await callRow(sid)).toMatchObject({ duration_seconds: 61, price: "0.020000" });
    expect(await entriesOf(db, sid)).toMatchObject([
      { revision: 0, seconds: 60, price: "0.010000" },
      { revision: 1, seconds: 1, price: "0.010000" },
    ]);
    await record(ended(sid, 60));
    expect(await callRow(sid)).toMatchObject({ duration_seconds: 61 });
    await recordTogether({ ...record60, durationSeconds: 62 }, { ...record60, durationSeconds: 63 });
    expect(await callRow(sid)).toMatchObject({ duration_seconds: 63 });
  });

  test("reports say what difference they made, and none the second time", async () => {
    const reports = [
      ended(freshSid("CA"), 5),
      message(freshSid("SM"), "sent"),
      call(freshSid("CA"), "completed", { ourAddress: "+14155550000", durationSeconds: 9 }),
    ];
    expect(await recordReports(db, reports, NOW)).toEqual({ held: 2, charges: 2, corrections: 0 });
    expect(await recordReports(db, reports, NOW)).toEqual({ held: 2, charges: 0, corrections: 0 });
  });

  test("a check that was given up is not taken up again by a late callback", async () => {
    const [aCall, aMessage] = [freshSid("CA"), freshSid("SM")];
    await record(call(aCall, "in-progress"), message(aMessage, "sent"));
    expect((await callRow(aCall)).next_check_at).toEqual(secondsAfter(3_600));
    expect((await messageRow(aMessage)).next_check_at).toEqual(secondsAfter(3_600));
    for (const table of ["call", "message"] as const)
      await db
        .updateTable(table)
        .set({ next_check_at: null })
        .where("sid", "in", [aCall, aMessage])
        .execute();
    await record(call(aCall, "ringing"), message(aMessage, "delivered"));
    expect((await callRow(aCall)).next_check_at).toBeNull();
    expect((await messageRow(aMessage)).next_check_at).toBeNull();
  });

  test("a call or message that is heard of days later is not asked about", async () => {
    const [aCall, aMessage] = [freshSid("CA"), freshSid("SM")];
    const startedAt = new Date(NOW.getTime() - 49 * HOUR_MS);
    await record(call(aCall, "in-progress", { startedAt }), message(aMessage, "sent", { startedAt }));
    const rows = await Promise.all([
      db.selectFrom("call").select("next_check_at").where("sid", "=", aCall).execute(),
      db.selectFrom("message").select("next_check_at").where("sid", "=", aMessage).execute(),
    ]);
    expect(rows.flat()).toEqual([{ next_check_at: null }, { next_check_at: null }]);
  });

  test("the charge is whose the number was when the call began", async () => {
    const sid = freshSid("CA");
    await record(call(sid, "ringing"));
    await moveNumber(db, "org_2", secondsAfter(5));
    await record(ended(sid, 20));
    expect(await entriesOf(db, sid)).toMatchObject([{ org_id: "org_1", agent_id: "agent_of_org_1" }]);
    const unheardOf = freshSid("CA");
    await record(ended(unheardOf, 20));
    expect(await entriesOf(db, unheardOf)).toMatchObject([{ org_id: "org_1" }]);
    const later = freshSid("CA");
    await record(call(later, "completed", { durationSeconds: 1, startedAt: secondsAfter(6) }));
    expect(await entriesOf(db, later)).toMatchObject([{ org_id: "org_2", agent_id: "agent_of_org_2" }]);
  });

  test("what answered is believed more than what the database says of that time", async () => {
    const sid = freshSid("CA");
    const holder = { orgId: "org_9", phoneNumberId: "phone_9", agentId: "agent_9" };
    await record(call(sid, "ringing", { holder }), ended(sid, 5));
    expect(await entriesOf(db, sid)).toMatchObject([{ org_id: "org_9", agent_id: "agent_9" }]);
  });

  test("what began in the second in which the number changed hands is its new holder's: Twilio knows no less", async () => {
    await moveNumber(db, "org_1", secondsAfter(10));
    await moveNumber(db, "org_2", secondsAfter(12.5));
    const [before, then] = [freshSid("CA"), freshSid("CA")];
    await record(
      { ...ended(before, 1), startedAt: secondsAfter(11) },
      { ...ended(then, 1), startedAt: secondsAfter(12) },
    );
    expect(await entriesOf(db, before)).toMatchObject([{ org_id: "org_1" }]);
    expect(await entriesOf(db, then)).toMatchObject([{ org_id: "org_2" }]);
  });

  test("a leg that was dialled belongs to whom its parent belongs, also when both are new", async () => {
    const [parent, child] = [freshSid("CA"), freshSid("CA")];
    const [otherParent, otherChild] = [freshSid("CA"), freshSid("CA")];
    const dialled = { direction: "outbound", ourAddress: THEIRS, from: THEIRS, durationSeconds: 7 } as const;
    await record(call(parent, "in-progress"), call(child, "completed", { ...dialled, parentSid: parent }));
    await recordTogether(
      call(otherChild, "completed", { ...dialled, parentSid: otherParent }),
      call(otherParent, "in-progress"),
    );
    for (const sid of [child, otherChild])
      expect(await entriesOf(db, sid)).toMatchObject([{ org_id: "org_1", seconds: 7 }]);
  });

  test("a number that nobody here holds leaves its event and nothing else", async () => {
    const sid = freshSid("CA");
    const event = {
      accountSid: ACCOUNT,
      sid,
      status: "completed",
      discriminator: "0",
      params: {},
      receivedAt: NOW,
    };
    const report = call(sid, "completed", { ourAddress: "+14155550000", durationSeconds: 9 });
    expect(await recordTraffic(database, [{ event, report }], NOW)).toEqual([{ isNewEvent: true }]);
    expect(await recordTraffic(database, [{ event, report }], NOW)).toEqual([{ isNewEvent: false }]);
    expect(await entriesOf(db, sid)).toEqual([]);
  });

  test("of two equal events in one statement the first is new", async () => {
    const sid = freshSid("SM");
    const event = {
      accountSid: ACCOUNT,
      sid,
      status: "sent",
      discriminator: "",
      params: { a: "1" },
      receivedAt: NOW,
    };
    expect(await recordTraffic(database, [{ event }, { event }], NOW)).toEqual([
      { isNewEvent: true },
      { isNewEvent: false },
    ]);
  });

  test.each([
    "update usage_entry set seconds = 0",
    "delete from usage_entry",
    "truncate usage_entry cascade",
  ])("the ledger refuses: %s", async (statement) => {
    await expect(sql.raw(statement).execute(db)).rejects.toThrow("usage_entry is append-only");
  });

  test("usage leaves through the outbox only where there is a sink", async () => {
    const outbox = () =>
      db.selectFrom("usage_outbox").select("entry_id").where("org_id", "=", "org_1").execute();
    await record(ended(freshSid("CA"), 1));
    expect(await outbox()).toEqual([]);
    await sql`insert into usage_sink values ('org_1', 'https://example.com', '', ${NOW}, ${NOW})`.execute(db);
    await record(ended(freshSid("CA"), 1));
    expect(await outbox()).toHaveLength(1);
    await db.deleteFrom("usage_outbox").execute();
    await db.deleteFrom("usage_sink").execute();
  });

  test("the order, the batches and the repetitions of reports make no difference", async () => {
    const property = fc.asyncProperty(storyOfOne(), async ({ reports, expected }) => {
      const sid = freshSid(expected.kind === "voice" ? "CA" : "SM");
      const batches = reports.map((batch) => batch.map((report) => ({ ...report, sid })));
      for (const batch of batches) await recordTogether(...batch);
      const [row] = await totals(sid);
      expect(row).toEqual(expected.total);
    });
    await fc.assert(property, { numRuns: 60 });
  });

  async function totals(sid: string) {
    const { rows } = await sql`select sum(count)::int as count, sum(seconds)::int as seconds,
      sum(segments)::int as segments from usage_entry where sid = ${sid}`.execute(db);
    return rows;
  }
});

/** Every report of one call or message, in any order and any batches, some of them twice; and what must be charged. */
function storyOfOne() {
  const seconds = fc.integer({ min: 0, max: 4_000 });
  const segments = fc.integer({ min: 1, max: 9 });
  const calls = seconds.map((durationSeconds) => ({
    expected: { kind: "voice", total: { count: 1, seconds: durationSeconds, segments: 0 } },
    reports: [call("", "ringing"), call("", "in-progress"), call("", "completed", { durationSeconds })],
  }));
  const messages = segments.map((known) => ({
    expected: { kind: "sms", total: { count: 1, seconds: 0, segments: known } },
    reports: [
      message("", "queued", { segments: known }),
      message("", "sent"),
      message("", "delivered"),
      message("", "read"),
    ],
  }));
  const failed = segments.map((known) => ({
    expected: { kind: "sms", total: { count: null, seconds: null, segments: null } },
    reports: [message("", "queued", { segments: known }), message("", "failed")],
  }));
  return fc.oneof(calls, messages, failed).chain(({ expected, reports }) =>
    fc
      .record({
        repeated: fc.subarray<TrafficReport>(reports),
        cuts: fc.array(fc.integer({ min: 0, max: reports.length * 2 }), { maxLength: 4 }),
      })
      .chain(({ repeated, cuts }) =>
        fc
          .shuffledSubarray([...reports, ...repeated], { minLength: reports.length + repeated.length })
          .map((shuffled) => ({ expected, reports: inBatches(shuffled, cuts) })),
      ),
  );
}

function inBatches<T>(items: readonly T[], cuts: readonly number[]): readonly (readonly T[])[] {
  const borders = [0, ...cuts.toSorted((a, b) => a - b), items.length];
  return borders.slice(1).map((end, index) => items.slice(borders[index], end));
}
