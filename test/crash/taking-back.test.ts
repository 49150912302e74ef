// A change that failed is taken back, while others change the same, or Twilio goes away: all of it, or it is said what is not.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";
import {
  assign,
  inTwilio,
  lastOperation,
  newNumber,
  newService,
  newWhatsAppNumber,
  stored,
  type TestNumber,
  writes,
} from "../support/numbers.ts";
import {
  auditOutcomes,
  createUncertainWorld,
  expectFree,
  expectLocked,
  LEASE_MS,
  type UncertainWorld,
  WINDOW_MS,
} from "../support/uncertain-world.ts";
import type { Answer } from "../support/world.ts";

const MAX_BACKOFF_MS = 600_000;

describeEachDatabase("an operation that is taken back", (database) => {
  let world: UncertainWorld;
  beforeAll(async () => {
    world = await createUncertainWorld(database);
  });
  afterEach(() => world.calm());
  afterAll(() => world.close());

  test("what somebody else changed meanwhile is left alone, and named", async () => {
    const number = await newWhatsAppNumber(world);
    const before = inTwilio(world, "senders", number.senderSid);
    const theirs = "https://somebody-else.example.com/whatsapp";
    world.fault({ kind: "error", status: 400, code: 21402 }, { path: number.sid });
    world.moments.at("restoring", () => {
      world.emulator.control.updateSender(number.senderSid, { callback_url: theirs });
    });
    expect(await assign(world, number, { enableWhatsApp: true })).toMatchObject({
      status: 502,
      body: { code: "twilio_rejected", outcome: "needs_attention" },
    });
    expect(inTwilio(world, "senders", number.senderSid)).toEqual({
      ...before,
      webhook: { ...Object("webhook" in before && before.webhook), callback_url: theirs },
    });
    expect(await lastOperation(world, number)).toMatchObject({
      state: "needs_attention",
      error: {
        lost: [
          {
            resource: "sender",
            sid: number.senderSid,
            field: "callbackUrl",
            before: theirs,
            after: "https://before.example.com/whatsapp",
          },
        ],
      },
    });
    expect(await stored(world, number)).toMatchObject({ chatbotId: null, health: "needs_attention" });
    expect(await auditOutcomes(world, number)).toEqual(["needs_attention"]);
  });

  test("a number with somebody else's change stays locked while a write of ours may land on it", async () => {
    const number = await newNumber(world, { voice_url: "https://before.example.com/voice" });
    const before = inTwilio(world, "numbers", number.sid);
    const theirs = "https://somebody-else.example.com/voice";
    world.fault({ kind: "hangThenApply" });
    world.moments.at("restoring", () => {
      world.emulator.control.updateNumber(number.sid, { voice_url: theirs });
    });
    expect((await assign(world, number)).body.outcome).toBe("settling");
    expect(inTwilio(world, "numbers", number.sid)).toMatchObject({ voice_url: theirs });
    await expectLocked(world, number);

    // Our write goes over theirs. What is put back is what we know; that theirs is gone is said.
    world.emulator.control.releaseHeld();
    world.clock.advance(WINDOW_MS);
    expect(await world.recover()).toBe(1);
    expect(inTwilio(world, "numbers", number.sid)).toEqual(before);
    expect(await lastOperation(world, number)).toMatchObject({
      state: "needs_attention",
      error: { lost: [{ field: "voiceUrl", before: theirs }] },
    });
    await expectFree(world, number);
  });

  test("a Messaging Service that the number has left meanwhile is put back all the same", async () => {
    const number = await newNumber(world);
    const serviceSid = newService(world, [number.sid]);
    const before = inTwilio(world, "services", serviceSid);
    world.fault({ kind: "error", status: 400, code: 21402 }, { path: number.sid });
    world.moments.at("restoring", () => world.emulator.control.removeFromService(number.sid));
    const answer = await assign(world, number, { enableSms: true, takeover: true });
    expect(answer.body.outcome).toBe("rolled_back");
    expect(writes(world).some(({ path }) => path.includes(serviceSid))).toBe(true);
    expect(inTwilio(world, "services", serviceSid)).toEqual(before);
  });

  /** The sender is written, the number is refused, and then Twilio is away. */
  async function failInTheMiddle(number: TestNumber): Promise<Answer> {
    world.fault({ kind: "error", status: 400, code: 21402 }, { path: number.sid });
    world.moments.at("restoring", () => {
      const away = { kind: "error", status: 503 } as const;
      world.emulator.control.addFault({ times: Number.POSITIVE_INFINITY, effect: away });
    });
    return assign(world, number, { enableWhatsApp: true });
  }

  test("while Twilio is away the operation stays open; recovery retries with patience, and finishes it", async () => {
    const number = await newWhatsAppNumber(world);
    const before = world.emulator.control.snapshot();
    expect(await failInTheMiddle(number)).toMatchObject({ status: 502, body: { code: "outcome_unknown" } });
    expect(await lastOperation(world, number)).toMatchObject({ state: "open", phase: "restoring" });
    await expectLocked(world, number);

    expect(await world.recover()).toBe(0);
    expect((await lastOperation(world, number)).attempts).toBe(0);
    world.clock.advance(LEASE_MS);
    for (const [attempts, backoffMs] of [
      [1, 10_000],
      [2, 20_000],
      [3, 40_000],
    ] as const) {
      expect(await world.recover()).toBe(0);
      expect(await lastOperation(world, number)).toMatchObject({ state: "open", attempts });
      world.clock.advance(backoffMs - 1);
      expect(await world.recover()).toBe(0);
      expect((await lastOperation(world, number)).attempts).toBe(attempts);
      world.clock.advance(1);
    }

    world.emulator.control.clearFaults();
    expect(await world.recover()).toBe(1);
    expect(world.emulator.control.snapshot()).toEqual(before);
    expect(await lastOperation(world, number)).toMatchObject({
      state: "rolled_back",
      error: { code: "twilio_rejected" },
    });
    expect(await auditOutcomes(world, number)).toEqual(["rolled_back"]);
    await expectFree(world, number);
  });

  test("after 20 attempts recovery gives up and asks for a person", async () => {
    const number = await newWhatsAppNumber(world);
    await failInTheMiddle(number);
    for (let attempts = 1; attempts < 20; attempts++) {
      world.clock.advance(MAX_BACKOFF_MS);
      expect(await world.recover()).toBe(0);
    }
    expect(await lastOperation(world, number)).toMatchObject({ state: "open", attempts: 19 });
    world.clock.advance(MAX_BACKOFF_MS);
    expect(await world.recover()).toBe(1);
    expect(await lastOperation(world, number)).toMatchObject({
      state: "needs_attention",
      error: { code: "outcome_unknown", detail: expect.stringContaining("20 attempts") },
    });
    expect(await stored(world, number)).toMatchObject({ health: "needs_attention", openOperationId: null });
    expect(await auditOutcomes(world, number)).toEqual(["needs_attention"]);

    world.emulator.control.clearFaults();
    await expectFree(world, number);
  });

  test("a write that goes back without an answer may land late as well, and is waited for", async () => {
    const number = await newWhatsAppNumber(world);
    const before = world.emulator.control.snapshot();
    world.fault({ kind: "error", status: 400, code: 21402 }, { path: number.sid });
    world.fault({ kind: "hangThenApply" }, { path: number.senderSid, skip: 1, times: 2 });
    expect((await assign(world, number, { enableWhatsApp: true })).body.code).toBe("outcome_unknown");

    world.clock.advance(LEASE_MS);
    expect(await world.recover()).toBe(0);
    // The next attempt succeeds, so early that the one before may still land, on whatever is assigned by then.
    world.clock.advance(10_000);
    expect(await world.recover()).toBe(0);
    expect(world.emulator.control.snapshot()).toEqual(before);
    expect(await lastOperation(world, number)).toMatchObject({ state: "open", phase: "settling" });
    await expectLocked(world, number);
    world.emulator.control.releaseHeld();
    world.clock.advance(WINDOW_MS);
    expect(await world.recover()).toBe(1);
    expect(world.emulator.control.snapshot()).toEqual(before);
    await expectFree(world, number);
  });
});
