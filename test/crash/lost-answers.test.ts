// Twilio does not answer, answers late, or not with what it has done: what a write has come to is found out, and until then
// the number is locked.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";
import {
  assign,
  inTwilio,
  lastAuditEntry,
  lastOperation,
  newNumber,
  newWhatsAppNumber,
  stored,
  unassign,
  urlsOf,
} from "../support/numbers.ts";
import {
  auditOutcomes,
  createUncertainWorld,
  expectFree,
  expectLocked,
  type UncertainWorld,
  WINDOW_MS,
} from "../support/uncertain-world.ts";

describeEachDatabase("an operation whose answers are lost", (database) => {
  let world: UncertainWorld;
  beforeAll(async () => {
    world = await createUncertainWorld(database);
  });
  afterEach(() => world.calm());
  afterAll(() => world.close());

  test.each(["applyThenReset", "applyThenHang"] as const)(
    "a write that landed without an answer (%s) is committed",
    async (kind) => {
      const number = await newNumber(world);
      world.fault({ kind });
      expect((await assign(world, number)).body).toMatchObject({ success: true });
      expect(inTwilio(world, "numbers", number.sid)).toMatchObject({ voice_url: urlsOf("agent_456").voice });
      expect(await stored(world, number)).toMatchObject({ chatbotId: "agent_456", health: "ok" });
      expect(await auditOutcomes(world, number)).toEqual(["committed"]);
    },
  );

  test.each(["reset", "hang"] as const)(
    "a write that never lands (%s) is rolled back, and the number locked until it can land no more",
    async (kind) => {
      const number = await newNumber(world, { voice_url: "https://before.example.com/voice" });
      const before = inTwilio(world, "numbers", number.sid);
      world.fault({ kind });
      expect(await assign(world, number)).toMatchObject({
        status: 502,
        body: { code: "twilio_unavailable", outcome: "settling" },
      });
      expect(inTwilio(world, "numbers", number.sid)).toEqual(before);
      await expectLocked(world, number);

      world.clock.advance(WINDOW_MS - 1);
      expect(await world.recover()).toBe(0);
      await expectLocked(world, number);

      world.clock.advance(1);
      expect(await world.recover()).toBe(1);
      expect(await lastOperation(world, number)).toMatchObject({
        state: "rolled_back",
        error: { code: "twilio_unavailable" },
      });
      expect(await stored(world, number)).toMatchObject({ chatbotId: null, health: "unassigned" });
      expect(await auditOutcomes(world, number)).toEqual(["rolled_back"]);
      await expectFree(world, number);
    },
  );

  test("a write that lands after it was taken back is taken back again", async () => {
    const number = await newNumber(world, { voice_url: "https://before.example.com/voice" });
    const before = inTwilio(world, "numbers", number.sid);
    world.fault({ kind: "hangThenApply" });
    expect((await assign(world, number)).body).toMatchObject({ outcome: "settling" });
    expect(world.emulator.control.releaseHeld()).toBe(1);
    expect(inTwilio(world, "numbers", number.sid)).not.toEqual(before);

    world.clock.advance(WINDOW_MS);
    expect(await world.recover()).toBe(1);
    expect(inTwilio(world, "numbers", number.sid)).toEqual(before);
    expect(await auditOutcomes(world, number)).toEqual(["rolled_back"]);
    await expectFree(world, number);
  });

  test("a change that Twilio accepted and shows only later is taken back", async () => {
    const number = await newWhatsAppNumber(world);
    const before = inTwilio(world, "senders", number.senderSid);
    world.fault({ kind: "error", status: 202, body: "{}" }, { path: number.senderSid });
    expect((await assign(world, number, { enableWhatsApp: true })).body).toMatchObject({
      code: "twilio_state_differs",
      outcome: "settling",
    });
    world.emulator.control.updateSender(number.senderSid, { callback_url: urlsOf("agent_456").message });

    world.clock.advance(WINDOW_MS);
    expect(await world.recover()).toBe(1);
    expect(inTwilio(world, "senders", number.senderSid)).toEqual(before);
    expect(await lastOperation(world, number)).toMatchObject({ state: "rolled_back" });
  });

  test("a change that Twilio accepted and cannot be asked about may still take effect", async () => {
    const number = await newWhatsAppNumber(world);
    const path = number.senderSid;
    world.fault({ kind: "error", status: 202, body: "{}" }, { path });
    world.moments.at("writing", () =>
      world.fault({ kind: "error", status: 500 }, { method: "GET", path, times: 4 }),
    );
    expect((await assign(world, number, { enableWhatsApp: true })).body.outcome).toBe("settling");
    world.clock.advance(WINDOW_MS);
    expect(await world.recover()).toBe(1);
  });

  test("a refusal of the second attempt says nothing about the first, which may still land", async () => {
    const number = await newNumber(world);
    world.fault({ kind: "error", status: 503 });
    world.fault({ kind: "error", status: 400, code: 21402 });
    expect((await assign(world, number)).body).toMatchObject({
      code: "twilio_rejected",
      outcome: "settling",
    });
    world.clock.advance(WINDOW_MS);
    expect(await world.recover()).toBe(1);
  });

  test("a definite refusal is rolled back at once", async () => {
    const number = await newWhatsAppNumber(world);
    const before = world.emulator.control.snapshot();
    world.fault({ kind: "error", status: 400, code: 21402 }, { path: number.sid });
    expect(await assign(world, number, { enableWhatsApp: true })).toMatchObject({
      status: 502,
      body: { code: "twilio_rejected", twilioCode: 21402, outcome: "rolled_back" },
    });
    expect(world.emulator.control.snapshot()).toEqual(before);
    await expectFree(world, number);
  });

  test("an unassignment whose answer is lost is as certain as an assignment", async () => {
    const number = await newNumber(world, { voice_url: "https://before.example.com/voice" });
    const before = inTwilio(world, "numbers", number.sid);
    await assign(world, number);
    world.fault({ kind: "hangThenApply" });
    expect((await unassign(world, number, { restore: true })).body.outcome).toBe("settling");
    world.emulator.control.releaseHeld();
    world.clock.advance(WINDOW_MS);
    expect(await world.recover()).toBe(1);
    expect(inTwilio(world, "numbers", number.sid)).toMatchObject({ voice_url: urlsOf("agent_456").voice });
    expect(await stored(world, number)).toMatchObject({ chatbotId: "agent_456" });
    expect((await unassign(world, number, { restore: true })).status).toBe(200);
    expect(inTwilio(world, "numbers", number.sid)).toEqual(before);
    expect(await lastAuditEntry(world, number.id)).toMatchObject({ outcome: "committed" });
  });
});
