// Callbacks get lost; Twilio's own records close the gaps, and its Usage Records tell whether any are left.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { settableClock } from "../support/clock.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { assign, lastAuditEntry, newWhatsAppNumber, type TestNumber } from "../support/numbers.ts";
import { connectOwnAccount, join, type Person, signUp } from "../support/people.ts";
import { CALLER, createServedWorld, type ServedWorld } from "../support/served-world.ts";
import { API_KEY, addAgent, PUBLIC_URL } from "../support/world.ts";

const DAY_MS = 24 * 3_600_000;
const day = (offset = 0) => new Date(Date.now() + offset * DAY_MS).toISOString().slice(0, 10);

describeEachDatabase("reconciliation", (database) => {
  let world: ServedWorld;
  let number: TestNumber;
  beforeAll(async () => {
    // Twilio's times are whole seconds: the number is assigned a day ago, and everything else happens now.
    const clock = settableClock(new Date(Date.now() - DAY_MS));
    world = await createServedWorld(database, { clock, trustedOrigins: [PUBLIC_URL] });
    await addAgent(world, "agent_456");
    number = await newWhatsAppNumber(world);
    await assign(world, number, { enableSms: true, enableWhatsApp: true });
    clock.advance(DAY_MS + 60_000);
  });
  afterAll(() => world.close());

  const lastDays = () => ({ accountId: world.accountId, from: day(-1), to: day() });

  const reconcile = (input: object = {}, headers?: Record<string, string>) =>
    world.request("POST", "/api/usage/reconcile", { ...lastDays(), ...input }, headers);

  const comparison = (query: object = {}, headers?: Record<string, string>) =>
    world.request(
      "GET",
      `/api/usage/comparison?${new URLSearchParams({ ...lastDays(), ...query }).toString()}`,
      undefined,
      headers,
    );

  /** What Twilio counted, by category; ours must be the same. */
  async function agreed(): Promise<Record<string, unknown>> {
    const { body } = await comparison();
    const used = body.comparisons.filter(
      (row: { twilio: { count: number }; difference: unknown }) => row.twilio.count > 0,
    );
    for (const { difference } of body.comparisons) expect(difference).toEqual({ count: 0, usage: 0 });
    return Object.fromEntries(
      used.map((row: { category: string; ours: unknown }) => [row.category, row.ours]),
    );
  }

  test("a call and a message of which every callback was lost are found, and Twilio agrees", async () => {
    const { control } = world.emulator;
    control.holdStatusCallbacks(true);
    await control.placeCall({ from: CALLER, to: number.e164, answerSeconds: 61 });
    const message = { from: CALLER, to: number.e164, body: "hi" };
    const { replies } = await control.receiveMessage(message);
    const overWhatsApp = await control.receiveMessage({ ...message, channel: "whatsapp" });
    for (const { sid } of [...replies, ...overWhatsApp.replies]) {
      await control.advanceMessage(sid, "sent");
      await control.advanceMessage(sid, "delivered");
    }
    expect(control.dropHeld()).toBeGreaterThan(0);
    control.holdStatusCallbacks(false);
    expect((await reconcile()).body).toMatchObject({ nobodys: 0, unreadable: 0, isComplete: true });
    expect(await agreed()).toMatchObject({
      "calls-inbound": { count: 1, usage: 2 },
      "sms-inbound": { count: 1, usage: 1 },
      "sms-outbound": { count: 1, usage: 1 },
      "channels-whatsapp-inbound": { count: 1, usage: 1 },
      "channels-whatsapp-outbound": { count: 1, usage: 1 },
    });
  });

  test("a callback with a wrong duration is corrected, and again nothing is left to do", async () => {
    const { control } = world.emulator;
    control.holdStatusCallbacks(true);
    await control.placeCall({ from: CALLER, to: number.e164, answerSeconds: 10 });
    const [callback] = control.heldStatusCallbacks();
    control.dropHeld();
    control.holdStatusCallbacks(false);
    // Longer ones may have begun yesterday, and a charge stays on its day.
    const forged = { ...callback?.params, CallDuration: "4", Duration: "1" };
    expect((await world.postSigned("/api/twilio/status", forged)).status).toBe(204);
    expect((await reconcile()).body).toMatchObject({ charges: 0, corrections: 1 });
    expect(await agreed()).toMatchObject({ "calls-inbound": { count: 2, usage: 3 } });
    expect((await reconcile()).body).toMatchObject({ charges: 0, corrections: 0, isComplete: true });
  });

  test("reconciling is audited", async () => {
    await reconcile();
    expect(await lastAuditEntry(world, world.accountId)).toMatchObject({
      action: "usage.reconcile",
      target: { type: "twilio_account", id: world.accountId },
      after: { from: day(-1), to: day() },
    });
  });

  test("the library does the same", async () => {
    const actor = { orgId: world.switchhook.defaultOrganizationId, userId: "user_1", role: "admin" } as const;
    const { usage } = world.switchhook.api;
    expect(await usage.reconcile(actor, lastDays())).toMatchObject({ isComplete: true });
    expect(await usage.compare(actor, lastDays())).toHaveLength(16);
  });

  test("Twilio's refusal is told as such, and the audit says what was asked for", async () => {
    const account = await connectOwnAccount(world, { "x-api-key": API_KEY }, `AC${"e".repeat(32)}`);
    world.emulator.control.revokeCredentials(account.sid);
    const { status, body } = await reconcile({ accountId: account.id });
    expect([status, body.code]).toEqual([502, "twilio_credentials_rejected"]);
    expect(await lastAuditEntry(world, account.id)).toMatchObject({ action: "usage.reconcile" });
  });

  describe("is for admins of the organization that has connected the account:", () => {
    let stranger: Person;
    let member: Person;
    let admin: Person;
    let account: { id: string };
    beforeAll(async () => {
      stranger = await signUp(world, "Stranger");
      member = await signUp(world, "Member");
      admin = await signUp(world, "Admin");
      account = await connectOwnAccount(world, admin.headers, `AC${"d".repeat(32)}`);
      await join(world, admin, member, "member");
    });

    test("an admin of it may", async () => {
      expect((await reconcile({ accountId: account.id }, admin.headers)).status).toBe(200);
      expect((await comparison({ accountId: account.id }, admin.headers)).status).toBe(200);
    });

    test("a member may not", async () => {
      for (const ask of [reconcile, comparison]) {
        const { status, body } = await ask({ accountId: account.id }, member.headers);
        expect([status, body.code]).toEqual([403, "forbidden"]);
      }
    });

    test("for others there is no such account, nor for anybody one that does not exist", async () => {
      for (const ask of [reconcile, comparison]) {
        const [theirs, missing] = [
          await ask({ accountId: account.id }, stranger.headers),
          await ask({ accountId: "acct_missing" }, stranger.headers),
        ];
        expect([theirs.status, theirs.body.code]).toEqual([404, "account_not_found"]);
        expect({ ...theirs.body, requestId: "" }).toEqual({ ...missing.body, requestId: "" });
      }
    });
  });

  test.each<[string, object]>([
    ["no account", { accountId: undefined }],
    ["a day that is none", { from: "2026-02-30" }],
    ["a time instead of a day", { from: "2026-03-01T00:00:00Z" }],
    ["days in the wrong order", { from: day(), to: day(-1) }],
    ["more days than at once", { from: day(-31), to: day() }],
    ["days to come", { to: day(2) }],
    ["a number as an account", { accountId: 1 }],
    ["members that nobody knows", { window: "all" }],
  ])("%s is refused, and Twilio not asked", async (_name, input) => {
    world.emulator.control.clearRequests();
    const { status, body } = await reconcile(input);
    expect([status, body.code]).toEqual([400, "invalid_input"]);
    expect(world.emulator.control.requests()).toEqual([]);
  });

  test("a comparison of more than a year is refused", async () => {
    expect((await comparison({ from: day(-366) })).status).toBe(400);
  });
});
