// What was used, over HTTP, of a ledger that was written as callbacks write it.
import { afterAll, beforeAll, expect, test } from "vitest";
import {
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

describeEachDatabase("the usage report", (database) => {
  let app: UsageApp;
  beforeAll(async () => {
    app = await openUsageApp(database);
  });
  afterAll(() => app.close());

  const report = (tenant: Tenant, query: string) => readReport(app, tenant, query);

  test("rows have the groups that were asked for, in whatever order, and no other member", async () => {
    const tenant = newTenant();
    await app.record(endedCall(61, tenant), sentMessage("mms", 1, { ...tenant, direction: "outbound" }));
    const { rows } = await report(tenant, `${MARCH}&groupBy=direction,day,kind,agent,number`);
    const common = { day: "2026-03-10", chatbotId: "agent_1", phoneNumberId: "phone_1", count: 1 };
    const rest = { cost: null, unratedCount: 1, twilioPrice: [] };
    expect(rows).toEqual([
      { ...common, ...rest, kind: "mms", direction: "outbound", seconds: 0, minutes: 0, segments: 1 },
      { ...common, ...rest, kind: "voice", direction: "inbound", seconds: 61, minutes: 2, segments: 0 },
    ]);
    expect(Object.keys((await report(tenant, `${MARCH}&groupBy=agent`)).rows[0]).toSorted()).toEqual(
      [
        "chatbotId",
        "cost",
        "count",
        "minutes",
        "seconds",
        "segments",
        "twilioPrice",
        "unratedCount",
      ].toSorted(),
    );
  });

  test("rows of a number that had no agent say so", async () => {
    const tenant = newTenant();
    await app.record(endedCall(1, { ...tenant, agentId: undefined }), endedCall(1, tenant));
    const { rows } = await report(tenant, `${MARCH}&groupBy=agent`);
    expect(rows).toMatchObject([{ chatbotId: null }, { chatbotId: "agent_1" }]);
  });

  test("rows are of the days from the first to the last, both included", async () => {
    const tenant = newTenant();
    const times = [
      "2026-03-01T23:59:59.999Z",
      "2026-03-02T00:00:00Z",
      "2026-03-03T23:59:59.999Z",
      "2026-03-04",
    ];
    await app.record(...times.map((at) => endedCall(1, { ...tenant, at })));
    const { rows } = await report(tenant, "from=2026-03-02&to=2026-03-03");
    expect(rows.map(({ day }: { day: string }) => day)).toEqual(["2026-03-02", "2026-03-03"]);
    expect((await report(tenant, "from=2026-03-05&to=2026-03-05")).totals).toEqual({
      count: 0,
      seconds: 0,
      minutes: 0,
      segments: 0,
      cost: null,
      unratedCount: 0,
      twilioPrice: [],
    });
  });

  test("a range may be any, and costs are by the rates of its days", async () => {
    const tenant = newTenant();
    await setRates(app, tenant, "2020-01-01", { "voice inbound minute": "1" });
    await setRates(app, tenant, "2026-03-05", { "voice inbound minute": "2" });
    const times = ["2020-02-29", "2026-03-04", "2026-03-05", "2026-04-01"];
    await app.record(...times.map((at) => endedCall(60, { ...tenant, at })));
    const { rows, totals } = await report(tenant, "from=2000-01-01&to=9999-12-31&groupBy=month,agent");
    const costs = rows.map(({ month, cost }: { month: string; cost: { amount: string } }) => [
      month,
      cost.amount,
    ]);
    expect(costs).toEqual([
      ["2020-02", "1"],
      ["2026-03", "3"],
      ["2026-04", "2"],
    ]);
    expect(totals).toMatchObject({ count: 4, cost: { amount: "6", currency: "EUR" }, unratedCount: 0 });
  });

  test.each([
    ["chatbotId=agent_2", 2],
    ["agentId=agent_2", 2],
    ["phoneNumberId=phone_2", 2],
    ["kind=sms", 2],
    ["direction=outbound", 2],
    ["chatbotId=agent_2&phoneNumberId=phone_2&kind=sms&direction=outbound", 1],
    ["kind=whatsapp", 0],
  ])("usage can be narrowed to %s", async (filter, count) => {
    const tenant = newTenant();
    await app.record(
      endedCall(1, tenant),
      endedCall(1, { ...tenant, agentId: "agent_2" }),
      endedCall(1, { ...tenant, phoneNumberId: "phone_2" }),
      sentMessage("sms", 1, tenant),
      endedCall(1, { ...tenant, direction: "outbound" }),
      sentMessage("sms", 1, {
        ...tenant,
        agentId: "agent_2",
        phoneNumberId: "phone_2",
        direction: "outbound",
      }),
    );
    for (const groupBy of ["day", "number"]) {
      const { totals } = await report(tenant, `${MARCH}&${filter}&groupBy=${groupBy}`);
      expect([groupBy, totals.count]).toEqual([groupBy, count]);
    }
  });

  test.each(["day", "day,agent", "month,agent", "month,day", "agent,number", "direction,kind"])(
    "rows grouped by %s come page by page, each once, under the same totals",
    async (groupBy) => {
      const tenant = newTenant();
      const used = [1, 2, 3].flatMap((day) =>
        [undefined, "agent_1", "agent_2"].map((agentId) => ({ ...tenant, agentId, at: `2026-0${day}-01` })),
      );
      await app.record(
        ...used.map((use, index) => endedCall(1, { ...use, phoneNumberId: `phone_${index % 2}` })),
        ...used.map((use) => sentMessage("sms", 1, { ...use, direction: "outbound" })),
      );
      const range = "from=2026-01-01&to=2026-03-31";
      const whole = await report(tenant, `${range}&groupBy=${groupBy}`);
      expect(whole.nextCursor).toBeNull();
      expect(whole.rows.length).toBeGreaterThan(1);
      const rows: unknown[] = [];
      let cursor: string | null = "";
      while (cursor !== null) {
        const position: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
        const page = await report(tenant, `${range}&groupBy=${groupBy}&limit=1${position}`);
        expect(page.totals).toEqual(whole.totals);
        expect(page.rows.length).toBe(1);
        rows.push(...page.rows);
        cursor = page.nextCursor;
      }
      expect(rows).toEqual(whole.rows);
    },
  );

  test("another organization sees nothing, whosever ids it asks for", async () => {
    const tenant = newTenant();
    const stranger = newTenant();
    await app.record(endedCall(61, { ...tenant, price: "0.1", priceUnit: "USD" }));
    const empty = { count: 0, cost: null, twilioPrice: [] };
    for (const filter of ["", "&chatbotId=agent_1", "&phoneNumberId=phone_1", "&groupBy=number"]) {
      expect((await report(tenant, MARCH + filter)).totals.count).toBe(1);
      expect(await report(stranger, MARCH + filter)).toMatchObject({ rows: [], totals: empty });
    }
    await app.record(endedCall(1, stranger));
    const { totals } = await report(stranger, MARCH);
    expect(totals, "a stranger's rates are not ours").toMatchObject({
      count: 1,
      cost: null,
      unratedCount: 1,
    });
  });

  test.each([
    ["", "from"],
    ["from=2026-03-01", "to"],
    ["from=2026-03-32&to=2026-03-31", "from"],
    ["from=2026-02-30&to=2026-03-31", "from"],
    ["from=0000-01-01&to=2026-03-31", "from"],
    ["from=yesterday&to=2026-03-31", "from"],
    ["from=2026-03-31&to=2026-03-30", "to"],
    [`${MARCH}&groupBy=`, "groupBy.0"],
    [`${MARCH}&groupBy=day,week`, "groupBy.1"],
    [`${MARCH}&chatbotId=agent_1&agentId=agent_1`, "chatbotId"],
    [`${MARCH}&chatbotId=';--`, "chatbotId"],
    [`${MARCH}&phoneNumberId=`, "phoneNumberId"],
    [`${MARCH}&kind=fax`, "kind"],
    [`${MARCH}&direction=sideways`, "direction"],
    [`${MARCH}&limit=0`, "limit"],
    [`${MARCH}&limit=10001`, "limit"],
  ])("'%s' is refused for its %s", async (query, member) => {
    const { status, body } = await app.request("GET", `/api/usage?${query}`);
    expect([status, body.code]).toEqual([400, "invalid_input"]);
    expect(body.errors.map(({ path }: { path: string }) => path)).toContain(member);
  });

  test.each(["agent_1", "2026-03-01,agent_1,phone_1", "2026-13-01,agent_1", ",", "%00,"])(
    "a cursor that is of no such report is refused: %s",
    async (cursor) => {
      const { status, body } = await app.request(
        "GET",
        `/api/usage?${MARCH}&groupBy=day,agent&cursor=${cursor}`,
      );
      expect([status, body.code]).toEqual([400, "invalid_input"]);
    },
  );
});
