// What usage costs, over HTTP: exact decimals, by the rates of its day.
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { freshSid } from "../../src/traffic/traffic.testing.ts";
import {
  corrected,
  endedCall,
  newTenant,
  openUsageApp,
  readReport,
  sentMessage,
  setRates,
  type Tenant,
  type UsageApp,
} from "../../src/usage/usage.testing.ts";
import { describeEachDatabase } from "../support/databases.ts";

const MARCH = "from=2026-03-01&to=2026-03-31";

describeEachDatabase("costs", (database) => {
  let app: UsageApp;
  beforeAll(async () => {
    app = await openUsageApp(database);
  });
  afterAll(() => app.close());
  afterEach(rollupsAgree);

  /** The rollup with the numbers and the one without them are sums of the same entries. */
  async function rollupsAgree(): Promise<void> {
    const [byNumber, byAgent] = await Promise.all(
      ["usage_daily", "usage_agent_daily"].map((table) =>
        sql`select org_id, to_char(day, 'YYYY-MM-DD') as day, agent_id, kind, direction, price_unit,
            sum(count)::int as count, sum(seconds)::int as seconds, sum(minutes)::int as minutes,
            sum(segments)::int as segments, sum(price)::text as price
          from ${sql.table(table)} group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6`.execute(app.db),
      ),
    );
    expect(byAgent?.rows.length).toBeGreaterThan(0);
    expect(byAgent?.rows).toEqual(byNumber?.rows);
  }

  const report = (tenant: Tenant, query: string) => readReport(app, tenant, query);

  test("are exact over a rate that changes inside of the range", async () => {
    const tenant = newTenant();
    await setRates(app, tenant, "2026-01-01", { "voice inbound minute": "0.1" });
    await setRates(app, tenant, "2026-03-11", { "voice inbound minute": "0.000000003" });
    await app.record(
      endedCall(240, { ...tenant, at: "2026-03-09" }),
      endedCall(1, { ...tenant, at: "2026-03-10T00:00:00Z" }),
      endedCall(61, { ...tenant, at: "2026-03-10T23:59:59Z" }),
      endedCall(60, { ...tenant, at: "2026-03-11T00:00:00Z" }),
    );
    const { totals, rows } = await report(tenant, MARCH);
    expect(totals).toMatchObject({ count: 4, seconds: 362, minutes: 8, unratedCount: 0 });
    expect(totals.cost).toEqual({ amount: "0.700000003", currency: "EUR" });
    expect(rows.map(costOfDay)).toEqual([
      ["2026-03-09", "0.4"],
      ["2026-03-10", "0.3"],
      ["2026-03-11", "0.000000003"],
    ]);
  });

  test("are the same however the usage is grouped", async () => {
    const tenant = newTenant();
    await setRates(app, tenant, "2026-01-01", {
      "voice inbound minute": "0.0085",
      "sms outbound segment": "0.0079",
    });
    await setRates(app, tenant, "2026-03-15", { "voice inbound minute": "0.0131" });
    const days = Array.from({ length: 30 }, (_, index) => `2026-03-${String(index + 1).padStart(2, "0")}`);
    await app.record(
      ...days.flatMap((at, index) => [
        endedCall(index * 7, {
          ...tenant,
          at,
          agentId: `agent_${index % 3}`,
          phoneNumberId: `phone_${index % 5}`,
        }),
        sentMessage("sms", 1 + (index % 4), { ...tenant, at, direction: "outbound" }),
      ]),
    );
    const expected = (await report(tenant, MARCH)).totals;
    for (const groupBy of ["agent", "number", "kind,direction", "day,agent,number,kind,direction"]) {
      const { rows, totals } = await report(tenant, `${MARCH}&groupBy=${groupBy}`);
      expect([groupBy, totals]).toEqual([groupBy, expected]);
      expect([groupBy, nano(rows)]).toEqual([groupBy, nano([expected])]);
    }
  });

  test("are null without a rate, and say how much they are without", async () => {
    const tenant = newTenant();
    await app.record(endedCall(30, tenant), sentMessage("sms", 1, tenant));
    expect((await report(tenant, MARCH)).totals).toMatchObject({ count: 2, cost: null, unratedCount: 2 });
    await setRates(app, tenant, "2026-03-10", { "sms inbound message": "0.01" });
    const { totals, rows } = await report(tenant, `${MARCH}&groupBy=kind`);
    expect(totals).toMatchObject({ cost: { amount: "0.01", currency: "EUR" }, unratedCount: 1 });
    expect(rows).toMatchObject([
      { kind: "sms", cost: { amount: "0.01" }, unratedCount: 0 },
      { kind: "voice", cost: null, unratedCount: 1 },
    ]);
  });

  test("of an SMS are those of the message and of its segments, where both have a rate", async () => {
    const tenant = newTenant();
    await setRates(app, tenant, "2026-01-01", {
      "sms outbound segment": "0.01",
      "sms outbound message": "0.002",
    });
    await app.record(sentMessage("sms", 3, { ...tenant, direction: "outbound" }));
    expect((await report(tenant, MARCH)).totals.cost.amount).toBe("0.032");
  });

  test("end on the day of a rate of 0", async () => {
    const tenant = newTenant();
    await setRates(app, tenant, "2026-03-01", { "whatsapp outbound message": "0.005" });
    await setRates(app, tenant, "2026-03-20", { "whatsapp outbound message": "0" });
    const used = { ...tenant, direction: "outbound" } as const;
    await app.record(
      sentMessage("whatsapp", 1, { ...used, at: "2026-03-19T23:59:59Z" }),
      sentMessage("whatsapp", 1, { ...used, at: "2026-03-20" }),
    );
    expect((await report(tenant, MARCH)).rows.map(costOfDay)).toEqual([
      ["2026-03-19", "0.005"],
      ["2026-03-20", "0"],
    ]);
  });

  test("follow a correction, and minutes are rounded up once a call", async () => {
    const tenant = newTenant();
    await setRates(app, tenant, "2026-01-01", { "voice inbound minute": "1" });
    const sid = freshSid("CA");
    await app.record(endedCall(59, { ...tenant, sid }));
    expect((await report(tenant, MARCH)).totals).toMatchObject({ minutes: 1, cost: { amount: "1" } });
    await app.record(corrected(endedCall(61, { ...tenant, sid })));
    expect((await report(tenant, MARCH)).totals).toMatchObject({
      count: 1,
      seconds: 61,
      minutes: 2,
      cost: { amount: "2" },
    });
  });

  test("stand beside what Twilio charges, by currency", async () => {
    const tenant = newTenant();
    const sid = freshSid("CA");
    const priced = { ...tenant, price: "0.0085", priceUnit: "USD" };
    await app.record(
      endedCall(10, { ...tenant, sid }),
      corrected(endedCall(10, { ...priced, sid })),
      endedCall(10, { ...priced, price: "0.0015" }),
      endedCall(10, { ...priced, price: "0.2", priceUnit: "JPY" }),
    );
    const { totals, rows } = await report(tenant, `${MARCH}&groupBy=number`);
    expect(totals.twilioPrice).toEqual([
      { amount: "0.2", currency: "JPY" },
      { amount: "0.01", currency: "USD" },
    ]);
    expect(rows).toEqual([{ phoneNumberId: "phone_1", ...totals }]);
    expect(totals.count).toBe(3);
  });

  test("are by the organization's own rates, never a stranger's", async () => {
    const tenant = newTenant();
    await setRates(app, newTenant(), "2026-01-01", { "voice inbound minute": "1" });
    await app.record(endedCall(1, tenant));
    expect((await report(tenant, MARCH)).totals).toMatchObject({ count: 1, cost: null, unratedCount: 1 });
  });
});

interface Row {
  readonly day: string;
  readonly cost: { readonly amount: string } | null;
}

function costOfDay({ day, cost }: Row) {
  return [day, cost?.amount];
}

/** The sum of some costs in billionths: whole numbers, and so exact. */
function nano(rows: readonly Row[]): bigint {
  return rows.reduce((sum, { cost }) => {
    const [whole = "0", decimals = ""] = (cost?.amount ?? "0").split(".");
    return sum + BigInt(whole + decimals.padEnd(9, "0"));
  }, 0n);
}
