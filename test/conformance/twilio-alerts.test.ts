// What Twilio's Monitor knows of our webhooks, as it reaches whoever holds the number.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { NewAlert } from "../../emulator/index.ts";
import { listAlertPage } from "../../src/alerts/alert-list.ts";
import { type MonitorDeps, pullTwilioAlerts } from "../../src/alerts/monitor-service.ts";
import type { Actor } from "../../src/auth/actor.ts";
import { DAY_MS, HOUR_MS } from "../../src/base/durations.ts";
import type { Database } from "../../src/db/connect.ts";
import { sid } from "../../src/twilio/twilio.testing.ts";
import { type Books, CALLER, openBooks } from "../../src/usage/reconciliation/reconciliation.testing.ts";
import { describeEachDatabase, openTestDatabase } from "../support/databases.ts";
import { PUBLIC_URL } from "../support/world.ts";

const [ACCOUNT, OTHER] = [sid("AC", 1), sid("AC", 2)];
const [OURS, THEIRS] = ["+14155550100", "+14155550200"];
const VOICE_URL = `${PUBLIC_URL}/api/twilio/voice?agentId=agent_1`;
const MINUTE_MS = 60_000;

describeEachDatabase("Twilio's alerts", (kind) => {
  let database: Database;
  let books: Books;
  let deps: MonitorDeps;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    books = await openBooks(database);
    deps = { ...books.deps, publicUrls: [PUBLIC_URL] };
    await books.connect(ACCOUNT, "org_1");
    await books.addNumber(ACCOUNT, "org_1", OURS);
    books.clock.advance(HOUR_MS);
  });
  afterEach(() => books.close());

  const control = () => books.emulator.control;
  const pull = () => pullTwilioAlerts(deps);
  const alertsOf = async (orgId: string) => {
    const actor: Actor = { orgId, userId: "user_1", role: "member" };
    return (await listAlertPage(deps, actor, { limit: 200 })).rows;
  };
  const callTo = async (to: string) => (await control().placeCall({ from: CALLER, to })).callSid;
  const fails = (resourceSid: string, alert: Partial<NewAlert> = {}, accountSid = ACCOUNT) =>
    control().createAlert(accountSid, { resourceSid, url: VOICE_URL, ...alert });
  const listings = () => control().requests({ path: "/v1/Alerts" });

  test("a webhook of ours that fails opens an alert about its number, which counts the following ones", async () => {
    const first = fails(await callTo(OURS), { text: "httpResponse=502" });
    books.clock.advance(MINUTE_MS);
    const last = fails(await callTo(OURS), { text: "httpResponse=503" });
    await pull();
    const expected = {
      kind: "twilio_alert",
      severity: "error",
      phoneNumber: { id: `phone_${OURS}`, e164: OURS },
      title: "Twilio got no usable answer from the webhook (11200)",
      facts: {
        twilioErrorCode: 11200,
        twilioAlertSid: last.sid,
        resourceSid: last.resource_sid,
        url: VOICE_URL,
        twilioText: "httpResponse=503",
      },
      count: 2,
      firstSeenAt: new Date(first.date_generated),
      lastSeenAt: new Date(last.date_generated),
      resolvedAt: undefined,
    };
    expect(await alertsOf("org_1")).toMatchObject([expected]);
    books.clock.advance(5 * MINUTE_MS);
    fails(await callTo(OURS));
    fails(await callTo(OURS), { errorCode: 12100, level: "warning" });
    await pull();
    expect(await alertsOf("org_1")).toMatchObject([
      { count: 1, severity: "warning", facts: { twilioErrorCode: 12100 } },
      { count: 3 },
    ]);
  });

  test.each([
    [
      "a message to it",
      async () => (await control().receiveMessage({ from: CALLER, to: OURS, body: "Hi" })).messageSid,
    ],
    ["the number itself", async () => numberSid(OURS)],
  ])("an alert that names %s is about the number", async (_what, resource) => {
    fails(await resource());
    await pull();
    expect(await alertsOf("org_1")).toMatchObject([{ phoneNumber: { e164: OURS } }]);
  });

  function numberSid(e164: string): string {
    const numbers = control().snapshot().numbers as { sid: string; phone_number: string }[];
    return numbers.find(({ phone_number }) => phone_number === e164)?.sid ?? "";
  }

  test("each is counted once, also where pages overlap, a page fails, or a run begins anew", async () => {
    const resource = numberSid(OURS);
    for (let alert = 0; alert < 2_500; alert++) fails(resource);
    control().repeatAcrossPages(true);
    control().addFault({
      path: "^/v1/Alerts",
      skip: 1,
      times: 4,
      effect: { kind: "error", status: 500 },
    });
    await expect(pull()).rejects.toThrow("1 of 1 accounts failed");
    const [{ count } = { count: 0 }] = await alertsOf("org_1");
    expect(count).toBe(1_000);
    await pull();
    await pull();
    expect(await alertsOf("org_1")).toMatchObject([{ count: 2_500 }]);
  });

  test("one that Twilio lists late is not missed; what is long past is not told of", async () => {
    const resource = numberSid(OURS);
    fails(resource, { generatedAtMs: books.clock.now().getTime() - HOUR_MS });
    await pull();
    expect(await alertsOf("org_1")).toEqual([]);
    const [{ query } = { query: { StartDate: "" } }] = listings();
    expect(query.StartDate).toBe(
      new Date(books.clock.now().getTime() - 15 * MINUTE_MS).toISOString().replace(".000", ""),
    );
    books.clock.advance(5 * MINUTE_MS);
    fails(resource, { generatedAtMs: books.clock.now().getTime() - 10 * MINUTE_MS });
    await pull();
    expect(await alertsOf("org_1")).toMatchObject([{ count: 1 }]);
  });

  test("that may not be read are told of once, and are made up for when they may", async () => {
    await pull();
    const authToken = control().rotateAuthToken(ACCOUNT);
    fails(numberSid(OURS));
    await pull();
    books.clock.advance(5 * MINUTE_MS);
    await pull();
    expect(await alertsOf("org_1")).toMatchObject([
      {
        kind: "twilio_alerts_unreadable",
        severity: "warning",
        detail: expect.stringContaining("Connect the account again"),
        facts: { accountSid: ACCOUNT },
        count: 2,
      },
    ]);
    books.clock.advance(2 * HOUR_MS);
    await books.connect(ACCOUNT, "org_1", authToken);
    await pull();
    expect(await alertsOf("org_1")).toMatchObject([
      { kind: "twilio_alert", count: 1 },
      { kind: "twilio_alerts_unreadable", resolvedAt: books.clock.now() },
    ]);
  });

  test("that one connection may not read are read by another, and nobody is bothered", async () => {
    await books.connect(ACCOUNT, "org_0", "a wrong token");
    fails(numberSid(OURS));
    await pull();
    expect(await alertsOf("org_0")).toEqual([]);
    expect(await alertsOf("org_1")).toMatchObject([{ kind: "twilio_alert" }]);
  });

  test("Twilio being down raises nothing and loses nothing", async () => {
    fails(numberSid(OURS));
    control().addFault({ path: "^/v1/Alerts", times: 4, effect: { kind: "error", status: 503 } });
    await expect(pull()).rejects.toThrow("1 of 1 accounts failed");
    expect(await alertsOf("org_1")).toEqual([]);
    await pull();
    expect(await alertsOf("org_1")).toMatchObject([{ count: 1 }]);
  });

  test("are told to whoever held the number then, and to nobody else", async () => {
    await books.connect(OTHER, "org_2");
    await books.addNumber(OTHER, "org_2", THEIRS);
    books.clock.advance(MINUTE_MS);
    fails(numberSid(OURS));
    fails(numberSid(THEIRS), {}, OTHER);
    books.clock.advance(MINUTE_MS);
    await books.moveNumber(OURS, "org_3");
    books.clock.advance(MINUTE_MS);
    await pull();
    expect(await alertsOf("org_3")).toEqual([]);
    expect(await alertsOf("org_1")).toMatchObject([{ phoneNumber: { e164: OURS }, count: 1 }]);
    expect(await alertsOf("org_2")).toMatchObject([{ phoneNumber: { e164: THEIRS }, count: 1 }]);
    fails(numberSid(OURS));
    await pull();
    expect(await alertsOf("org_1")).toMatchObject([{ count: 1 }]);
    expect(await alertsOf("org_3")).toMatchObject([{ phoneNumber: { e164: OURS }, count: 1 }]);
  });

  test("within a second in which the number changed hands are told to neither holder", async () => {
    const resource = numberSid(OURS);
    const generatedAtMs = books.clock.now().getTime();
    books.clock.advance(500);
    await books.moveNumber(OURS, "org_3");
    fails(resource, { generatedAtMs });
    books.clock.advance(MINUTE_MS);
    await pull();
    expect(await alertsOf("org_3")).toEqual([]);
    expect(await alertsOf("org_1"), "which has connected the account").toMatchObject([
      { phoneNumber: undefined },
    ]);
  });

  test("about a webhook of ours whose number cannot be told are told to who has connected the account", async () => {
    fails(sid("PN", 99));
    await pull();
    expect(await alertsOf("org_1")).toMatchObject([{ phoneNumber: undefined, facts: { url: VOICE_URL } }]);
  });

  test("about somebody else's URL are told only for a number of ours that was not answered, without the URL", async () => {
    const url = "https://crm.example.com/voice";
    fails(sid("PN", 99), { url });
    fails(numberSid(OURS), { url, errorCode: 30_007 });
    fails(numberSid(OURS), { url, level: "debug" });
    await pull();
    expect(await alertsOf("org_1")).toEqual([]);
    fails(numberSid(OURS), { url, errorCode: 12_200, text: url });
    await pull();
    const [alert] = await alertsOf("org_1");
    expect(alert).toMatchObject({ phoneNumber: { e164: OURS }, facts: { twilioErrorCode: 12_200 } });
    expect(JSON.stringify(alert)).not.toContain("crm.example.com");
  });

  test("are resolved after a day without another one, and open again with the next", async () => {
    fails(numberSid(OURS));
    await pull();
    books.clock.advance(DAY_MS);
    await pull();
    expect(await alertsOf("org_1")).toMatchObject([{ resolvedAt: undefined }]);
    books.clock.advance(1_000);
    await pull();
    expect(await alertsOf("org_1")).toMatchObject([{ resolvedAt: books.clock.now() }]);
    fails(numberSid(OURS));
    await pull();
    expect(await alertsOf("org_1")).toMatchObject([{ resolvedAt: undefined, count: 1 }, { count: 1 }]);
  });

  test("are not taken for gone while they may not be read", async () => {
    fails(numberSid(OURS));
    await pull();
    control().rotateAuthToken(ACCOUNT);
    books.clock.advance(2 * DAY_MS);
    await pull();
    expect(await alertsOf("org_1")).toMatchObject([
      { kind: "twilio_alerts_unreadable", resolvedAt: undefined },
      { kind: "twilio_alert", resolvedAt: undefined },
    ]);
  });
});
