// The lists, on what reports leave behind: order, pages, filters, and costs to the last digit.
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeEachDatabase, openTestDatabase } from "../../test/support/databases.ts";
import type { Actor } from "../auth/actor.ts";
import { addMs } from "../base/clock.ts";
import { DAY_MS, HOUR_MS } from "../base/durations.ts";
import type { Database, Db } from "../db/connect.ts";
import type { UsageRateTable } from "../db/tables/usage.ts";
import { BEGAN, call, freshSid, message, moveNumber, seedNumber } from "./traffic.testing.ts";
import type { TrafficQuery } from "./traffic-query.ts";
import type { CallReport, MessageReport, TrafficReport } from "./traffic-report.ts";
import { getCall, getMessage, listCallPage, listMessagePage } from "./traffic-service.ts";
import { recordTraffic } from "./traffic-store.ts";

const NOW = new Date("2026-01-20T00:00:00Z");
const ORG_1: Actor = { orgId: "org_1", userId: "user_1", role: "member" };
const ORG_2: Actor = { orgId: "org_2", userId: "user_2", role: "member" };

describeEachDatabase("the lists of calls and messages", (kind) => {
  let database: Database;
  let db: Db;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
    db = database.db;
    await seedNumber(db);
  });
  afterAll(() => database.close());

  const record = (...reports: readonly TrafficReport[]) =>
    recordTraffic(
      database,
      reports.map((report) => ({ report })),
      NOW,
    );

  async function rate(changes: Partial<UsageRateTable>): Promise<void> {
    const defaults = { org_id: "org_1", effective_from: "2026-01-01", currency: "USD", amount: "1" };
    const values = { kind: "sms", direction: "outbound", unit: "segment", ...defaults, ...changes } as const;
    await db.insertInto("usage_rate").values(values).execute();
  }

  /** Everything that a query finds, page by page. */
  async function walk(query: Partial<Omit<TrafficQuery, "after">>): Promise<string[]> {
    const sids: string[] = [];
    let cursor: string | undefined;
    for (;;) {
      const page = await listCallPage({ db }, ORG_1, { limit: 2, ...query, cursor });
      sids.push(...page.rows.map(({ sid }) => sid));
      if (page.nextCursor === undefined) return sids;
      cursor = page.nextCursor;
    }
  }

  test("pages go from the newest to the oldest, and have each call once, also those of one moment", async () => {
    const began = addMs(BEGAN, -9 * DAY_MS + HOUR_MS);
    const reports = [0, 1, 1, 1, 2].map((second) =>
      call(freshSid("CA"), "ringing", { startedAt: addMs(began, second * 1_000) }),
    );
    await record(...reports);
    const expected = reports
      .toSorted((a, b) => b.startedAt.getTime() - a.startedAt.getTime() || (a.sid < b.sid ? 1 : -1))
      .map(({ sid }) => sid);
    const range = { from: began, to: addMs(began, 3_000) };
    expect(await walk(range)).toEqual(expected);
    expect(await walk({ ...range, limit: 5 })).toEqual(expected);
    expect(await walk({ from: addMs(began, 1_000), to: addMs(began, 2_000) })).toEqual(expected.slice(1, 4));
  });

  describe("a query", () => {
    const inbound = message(freshSid("SM"), "received", { direction: "inbound", startedAt: new Date(1e12) });
    const mms = message(freshSid("MM"), "delivered", { channel: "mms", startedAt: new Date(1e12 + 1) });
    const other = message(freshSid("SM"), "queued", {
      startedAt: new Date(1e12 + 2),
      holder: { orgId: "org_1", phoneNumberId: "phone_2", agentId: undefined },
    });
    const holder = { orgId: "org_1", phoneNumberId: "phone_1", agentId: "agent_of_org_1" };
    beforeAll(() => record({ ...inbound, holder }, { ...mms, holder }, other));

    test.each<[object, readonly MessageReport[]]>([
      [{}, [other, mms, inbound]],
      [{ phoneNumberId: "phone_2" }, [other]],
      [{ agentId: "agent_of_org_1" }, [mms, inbound]],
      [{ direction: "inbound" }, [inbound]],
      [{ status: "delivered" }, [mms]],
      [{ channel: "mms" }, [mms]],
      [{ channel: "sms", direction: "outbound" }, [other]],
      [{ phoneNumberId: "none" }, []],
      [{ to: new Date(1e12) }, []],
    ])("for %j finds those alone", async (filter, expected) => {
      const query = { limit: 10, to: new Date(1e12 + 3), ...filter };
      const { rows } = await listMessagePage({ db }, ORG_1, query);
      expect(rows.map(({ sid }) => sid)).toEqual(expected.map(({ sid }) => sid));
    });
  });

  test("what began with one organization stays its own when the number goes to another", async () => {
    const [before, after] = [freshSid("CA"), freshSid("CA")];
    await moveNumber(db, "org_2", addMs(BEGAN, DAY_MS));
    await record(call(before, "ringing"), call(after, "ringing", { startedAt: addMs(BEGAN, 2 * DAY_MS) }));
    await moveNumber(db, "org_1", addMs(BEGAN, 3 * DAY_MS));
    const from = addMs(BEGAN, 0);
    const sidsOf = async (actor: Actor) =>
      (await listCallPage({ db }, actor, { limit: 10, from })).rows.map(({ sid }) => sid);
    expect(await sidsOf(ORG_1)).toEqual([before]);
    expect(await sidsOf(ORG_2)).toEqual([after]);
    await expect(getCall({ db }, ORG_2, before)).rejects.toMatchObject({ code: "call_not_found" });
    await expect(getCall({ db }, ORG_1, after)).rejects.toMatchObject({ code: "call_not_found" });
  });

  describe("a cost", () => {
    beforeAll(async () => {
      await rate({ kind: "voice", direction: "inbound", unit: "minute", amount: "0.0085" });
      await rate({ kind: "sms", unit: "segment", amount: "0.0079" });
      await rate({ kind: "sms", unit: "message", amount: "0.000000001" });
      await rate({ kind: "sms", unit: "segment", amount: "0.01", effective_from: "2026-01-15" });
      await rate({ kind: "mms", unit: "message", amount: "0.02" });
      await rate({ kind: "mms", unit: "segment", amount: "0.02", currency: "EUR" });
      await rate({ kind: "whatsapp", unit: "message", amount: "0.005", effective_from: "2026-01-11" });
      await rate({ org_id: "org_2", kind: "sms", direction: "inbound", amount: "7" });
    });

    const costOfCall = async (status: string, changes: Partial<CallReport> = {}) => {
      const sid = freshSid("CA");
      await record(call(sid, status, changes));
      return (await getCall({ db }, ORG_1, sid)).cost;
    };
    const costOfMessage = async (status: string, changes: Partial<MessageReport> = {}) => {
      const sid = freshSid("SM");
      await record(message(sid, status, changes));
      return (await getMessage({ db }, ORG_1, sid)).cost;
    };
    const usd = (amount: string) => ({ amount, currency: "USD" });

    test.each([
      [0, "0"],
      [1, "0.0085"],
      [60, "0.0085"],
      [61, "0.017"],
      [3_600, "0.51"],
    ])("of a call of %i seconds is by the minute begun: %s", async (durationSeconds, amount) => {
      expect(await costOfCall("completed", { durationSeconds })).toEqual(usd(amount));
    });

    test.each(["queued", "ringing", "in-progress", "busy", "no-answer", "failed", "canceled"])(
      "of a call that is %s is none",
      async (status) => {
        expect(await costOfCall(status, { durationSeconds: 60 })).toBeUndefined();
      },
    );

    test.each(["sent", "partially_delivered", "delivered", "undelivered", "read"])(
      "of a message that is %s is the sum of its rates, in every digit",
      async (status) => {
        expect(await costOfMessage(status, { segments: 3 })).toEqual(usd("0.023700001"));
      },
    );

    test.each(["accepted", "queued", "sending", "failed", "canceled", "teleported"])(
      "of a message that is %s is none",
      async (status) => {
        expect(await costOfMessage(status, { segments: 3 })).toBeUndefined();
      },
    );

    test("counts one segment until Twilio has said how many", async () => {
      expect(await costOfMessage("sent")).toEqual(usd("0.007900001"));
    });

    test.each([
      ["2026-01-14T23:59:59.999Z", "0.007900001"],
      ["2026-01-15T00:00:00.000Z", "0.010000001"],
    ])("is at the rates of the UTC day: %s", async (startedAt, amount) => {
      expect(await costOfMessage("sent", { segments: 1, startedAt: new Date(startedAt) })).toEqual(
        usd(amount),
      );
    });

    test.each<[string, Partial<MessageReport>]>([
      ["before the first rate", { channel: "whatsapp" }],
      ["without a rate for its direction", { direction: "inbound" }],
      ["with rates of two currencies", { channel: "mms" }],
    ])("of a message %s is unknown", async (_name, changes) => {
      expect(await costOfMessage("delivered", { segments: 1, ...changes })).toBeUndefined();
    });

    test("does not depend on the database's time zone", async () => {
      const sid = freshSid("SM");
      await record(message(sid, "sent", { segments: 1, startedAt: new Date("2026-01-14T23:30:00Z") }));
      const cost = await db.transaction().execute(async (tx) => {
        await sql`set local time zone 'Pacific/Auckland'`.execute(tx);
        return (await getMessage({ db: tx }, ORG_1, sid)).cost;
      });
      expect(cost).toEqual(usd("0.007900001"));
    });
  });

  test("Twilio's price is told as it is, without zeros at its end", async () => {
    const sid = freshSid("SM");
    await record(message(sid, "delivered", { price: "0.00750", priceUnit: "USD" }));
    expect((await getMessage({ db }, ORG_1, sid)).twilioPrice).toEqual({ amount: "0.0075", currency: "USD" });
  });

  test("a message's time line is in the order of its states, with when each was heard of", async () => {
    const sid = freshSid("SM");
    const heard = (status: string, second: number) =>
      message(sid, status, { reportedAt: addMs(BEGAN, second * 1_000) });
    await record(heard("delivered", 1));
    await record(heard("sent", 2), heard("queued", 3), heard("delivered", 4));
    expect((await getMessage({ db }, ORG_1, sid)).timeline).toEqual([
      { status: "queued", at: addMs(BEGAN, 3_000) },
      { status: "sent", at: addMs(BEGAN, 2_000) },
      { status: "delivered", at: addMs(BEGAN, 1_000) },
    ]);
  });
});
