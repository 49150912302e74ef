// What a minute, a segment or a message costs an organization's customers, over HTTP.
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  MEMBER_OF_ORG_1,
  newTenant,
  OF_ORG_1,
  OF_ORG_2,
  openUsageApp,
  type UsageApp,
} from "../../src/usage/usage.testing.ts";
import { describeEachDatabase } from "../support/databases.ts";

const VOICE = { kind: "voice", direction: "inbound", unit: "minute", amount: "0.0085" };
const SMS = { kind: "sms", direction: "outbound", unit: "segment", amount: "0.0079" };

describeEachDatabase("the rates", (database) => {
  let app: UsageApp;
  beforeAll(async () => {
    app = await openUsageApp(database);
  });
  afterAll(() => app.close());

  const put = (body: object, headers: Record<string, string>) =>
    app.request("PUT", "/api/usage/rates", body, headers);
  const rates = async (headers: Record<string, string>) =>
    (await app.request("GET", "/api/usage/rates", undefined, headers)).body.rates;

  test("begin today unless another day is named, and end where the next one begins", async () => {
    const tenant = newTenant().headers;
    await put({ currency: "USD", rates: [VOICE] }, tenant);
    const answer = await put(
      { currency: "USD", effectiveFrom: "2026-06-01", rates: [{ ...VOICE, amount: "0.010" }, SMS] },
      tenant,
    );
    const today = app.clock.now().toISOString().slice(0, 10);
    expect(answer).toMatchObject({ status: 200, body: { rates: await rates(tenant) } });
    expect(await rates(tenant)).toEqual([
      { ...SMS, currency: "USD", effectiveFrom: "2026-06-01", effectiveUntil: null },
      { ...VOICE, currency: "USD", effectiveFrom: today, effectiveUntil: "2026-06-01" },
      { ...VOICE, amount: "0.01", currency: "USD", effectiveFrom: "2026-06-01", effectiveUntil: null },
    ]);
  });

  test("of one day replace each other whole, and leave those of other days alone", async () => {
    const tenant = newTenant().headers;
    const from = (effectiveFrom: string, ...list: readonly object[]) =>
      put({ currency: "USD", effectiveFrom, rates: list }, tenant);
    await from("2026-01-01", VOICE, SMS);
    await from("2026-02-01", SMS);
    await from("2026-01-01", { ...VOICE, amount: "1" });
    expect(await rates(tenant)).toMatchObject([
      { kind: "sms", effectiveFrom: "2026-02-01" },
      { kind: "voice", amount: "1", effectiveFrom: "2026-01-01" },
    ]);
    await from("2026-01-01");
    expect(await rates(tenant)).toMatchObject([{ kind: "sms" }]);
  });

  test("are in one currency, and the refusal says which and what to do", async () => {
    const tenant = newTenant().headers;
    await put({ currency: "USD", effectiveFrom: "2026-01-01", rates: [VOICE] }, tenant);
    const refused = await put({ currency: "EUR", effectiveFrom: "2026-02-01", rates: [SMS] }, tenant);
    expect([refused.status, refused.body.code]).toEqual([400, "invalid_input"]);
    expect(refused.body.detail).toContain("USD");
    expect(refused.body.detail).toContain("2026-01-01");
    expect(await rates(tenant)).toMatchObject([{ kind: "voice", currency: "USD" }]);
    const mended = await put({ currency: "EUR", effectiveFrom: "2026-01-01", rates: [VOICE] }, tenant);
    expect(mended.body.rates, "those that are replaced do not count").toMatchObject([{ currency: "EUR" }]);
  });

  test("stay in one currency when two are set at once", async () => {
    const tenant = newTenant().headers;
    const answers = await Promise.all(
      ["USD", "EUR", "JPY", "GBP"].map((currency, index) =>
        put({ currency, effectiveFrom: `2026-01-0${index + 1}`, rates: [VOICE] }, tenant),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(3);
    expect(await rates(tenant)).toHaveLength(1);
  });

  test("are an admin's to set and everybody's to see; each change is in the audit log", async () => {
    await put({ currency: "USD", effectiveFrom: "2026-01-01", rates: [VOICE] }, OF_ORG_1);
    const refused = await put({ currency: "USD", effectiveFrom: "2026-01-01", rates: [] }, MEMBER_OF_ORG_1);
    expect([refused.status, refused.body.code]).toEqual([403, "forbidden"]);
    expect(await rates(MEMBER_OF_ORG_1)).toMatchObject([VOICE]);
    await put({ currency: "USD", effectiveFrom: "2026-01-01", rates: [SMS] }, OF_ORG_1);
    const { body } = await app.request("GET", "/api/audit?targetId=2026-01-01", undefined, OF_ORG_1);
    expect(body.entries).toMatchObject([
      { action: "usage_rate.replace", before: [VOICE], after: [SMS], outcome: "committed" },
      { action: "usage_rate.replace", before: [], after: [VOICE] },
    ]);
  });

  test("of another organization are not seen", async () => {
    await put({ currency: "USD", rates: [VOICE] }, OF_ORG_1);
    expect(await rates(OF_ORG_2)).toEqual([]);
  });

  test.each([
    ["0.0000000001", "a tenth decimal"],
    ["1234567890", "a tenth digit"],
    ["-1", "a sign"],
    ["1e3", "an exponent"],
    [".5", "nothing before the point"],
    ["1.", "nothing behind the point"],
    ["0,5", "a comma"],
    ["", "nothing"],
    [0.0085, "a number, which is a float"],
    [null, "null"],
  ])("an amount of %s is refused: %s", async (amount, _why) => {
    const { status, body } = await put(
      { currency: "USD", rates: [{ ...VOICE, amount }] },
      newTenant().headers,
    );
    expect([status, body.errors.map(({ path }: { path: string }) => path)]).toEqual([
      400,
      ["rates.0.amount"],
    ]);
  });

  test("amounts of every length come back as they were", async () => {
    const tenant = newTenant().headers;
    const amounts = ["0", "0.000000001", "123456789", "999999999.999999999", "1.10"];
    for (const [index, amount] of amounts.entries()) {
      const effectiveFrom = `2026-01-0${index + 1}`;
      await put({ currency: "USD", effectiveFrom, rates: [{ ...VOICE, amount }] }, tenant);
    }
    expect((await rates(tenant)).map(({ amount }: { amount: string }) => amount)).toEqual([
      ...amounts.slice(0, 4),
      "1.1",
    ]);
  });

  test.each([
    [{ currency: "usd" }, "currency"],
    [{ currency: "EURO" }, "currency"],
    [{ effectiveFrom: "2026-02-30" }, "effectiveFrom"],
    [{ effectiveFrom: "0000-01-01" }, "effectiveFrom"],
    [{ effectiveFrom: "now" }, "effectiveFrom"],
    [{ rates: [{ ...VOICE, unit: "message" }] }, "rates.0.unit"],
    [{ rates: [{ ...SMS, unit: "minute" }] }, "rates.0.unit"],
    [{ rates: [{ ...SMS, kind: "whatsapp" }] }, "rates.0.unit"],
    [{ rates: [{ ...VOICE, kind: "fax" }] }, "rates.0.kind"],
    [{ rates: [VOICE, SMS, VOICE] }, "rates"],
    [{ rates: undefined }, "rates"],
    [{ rates: [{ ...VOICE, currency: "USD" }] }, "rates.0"],
  ])("%j is refused for its %s", async (change, member) => {
    const { status, body } = await put({ currency: "USD", rates: [VOICE], ...change }, newTenant().headers);
    expect([status, body.code]).toEqual([400, "invalid_input"]);
    expect(body.errors.map(({ path }: { path: string }) => path)).toContain(member);
  });
});
