// A Twilio that does not answer: what was written may have taken effect, may yet, or never will.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Fault } from "../../emulator/index.ts";
import { settableClock } from "../support/clock.ts";
import {
  assign,
  everything,
  inTwilio,
  lastAuditEntry,
  lastOperation,
  newNumber,
  newWhatsAppNumber,
  stored,
  type TestNumber,
  verify,
} from "../support/numbers.ts";
import { ACCOUNT_SID, type Answer, addAgent, createWorld, type World } from "../support/world.ts";

const LATE_WRITE_WINDOW_MS = 30_000;
const LEASE_MS = 60_000;
const BOTH = { enableWhatsApp: true };
const SENDER = "/v2/Channels/Senders/XE";
const NUMBER = "/IncomingPhoneNumbers/PN";

describe("a Twilio that does not answer", () => {
  let world: World;
  const clock = settableClock();
  let beforeWriting: (() => void) | undefined;
  beforeAll(async () => {
    const switchhook = {
      clock,
      twilioTimeoutMs: 700,
      lateWriteWindowMs: LATE_WRITE_WINDOW_MS,
      leaseMs: LEASE_MS,
      onStep: (step: string) => (step === "writing" ? beforeWriting?.() : undefined),
    };
    world = await createWorld({ database: "PostgreSQL", switchhook });
    await addAgent(world, "agent_456");
  });
  afterAll(() => world.close());

  const recover = () => world.switchhook.api.operations.recover();
  const attentionAlerts = async ({ id }: TestNumber) =>
    (await world.request("GET", `/api/alerts?kind=needs_attention&phoneNumberId=${id}`)).body.alerts;

  test.each<[string, Fault]>([
    ["the number is read", { method: "GET", path: NUMBER, effect: { kind: "hang" } }],
    ["the sender is read", { method: "GET", path: SENDER, effect: { kind: "hang" } }],
    ["the sender's change is confirmed", { method: "GET", path: SENDER, skip: 1, effect: { kind: "hang" } }],
  ])("silence when %s is asked again", async (_name, fault) => {
    const number = await newWhatsAppNumber(world);
    world.emulator.control.addFault(fault);
    expect((await assign(world, number, BOTH)).status).toBe(200);
    expect((await verify(world, number)).body).toMatchObject({ configured: true });
  });

  test("a last write that took effect without an answer is found, and the number is assigned", async () => {
    const number = await newWhatsAppNumber(world);
    world.emulator.control.addFault({ method: "POST", path: NUMBER, effect: { kind: "applyThenHang" } });
    expect((await assign(world, number, BOTH)).status).toBe(200);
    expect((await verify(world, number)).body).toMatchObject({ configured: true });
    expect(await lastOperation(world, number)).toMatchObject({ state: "committed" });
  });

  test.each<[string, Fault]>([
    ["the first", { method: "POST", path: SENDER, effect: { kind: "hang" } }],
    ["the first, which took effect,", { method: "POST", path: SENDER, effect: { kind: "applyThenHang" } }],
    ["the last", { method: "POST", path: NUMBER, effect: { kind: "hang" } }],
  ])(
    "silence at %s write: Twilio is as before at once, and the number is free after the window",
    async (_name, fault) => {
      const number = await newWhatsAppNumber(world, { voice_url: "https://before.example.com/voice" });
      const before = await everything(world);
      world.emulator.control.addFault(fault);
      const { status, body } = await assign(world, number, BOTH);
      expect(status).toBe(502);
      expect(body).toMatchObject({ code: "twilio_unavailable", outcome: "settling" });
      expect(await lastOperation(world, number)).toMatchObject({ state: "open", phase: "settling" });
      expect(world.emulator.control.snapshot()).toEqual(before.twilio);
      const locked = await assign(world, number);
      expect(locked).toMatchObject({ status: 409, body: { code: "operation_in_progress" } });

      expect(await recover()).toBe(0);
      clock.advance(LATE_WRITE_WINDOW_MS);
      expect(await recover()).toBe(1);
      expect(await everything(world)).toEqual(before);
      expect(await lastOperation(world, number)).toMatchObject({
        id: body.operationId,
        state: "rolled_back",
      });
      expect(await lastAuditEntry(world, number.id)).toMatchObject({ outcome: "rolled_back" });
    },
  );

  test.each([
    ["sender", SENDER],
    ["number", NUMBER],
  ])("a write of the %s that lands late is taken back when its window has passed", async (_name, path) => {
    const number = await newWhatsAppNumber(world, { voice_url: "https://before.example.com/voice" });
    const before = await everything(world);
    world.emulator.control.addFault({ method: "POST", path, effect: { kind: "hangThenApply" } });
    expect((await assign(world, number, BOTH)).body).toMatchObject({ outcome: "settling" });
    expect(world.emulator.control.releaseHeld()).toBe(1);
    expect(world.emulator.control.snapshot()).not.toEqual(before.twilio);

    clock.advance(LATE_WRITE_WINDOW_MS);
    expect(await recover()).toBe(1);
    expect(await everything(world)).toEqual(before);
    expect(await lastOperation(world, number)).toMatchObject({ state: "rolled_back" });
  });

  test("an assignment that can neither be finished nor taken back says so, and recovery takes it back", async () => {
    const number = await newWhatsAppNumber(world, { voice_url: "https://before.example.com/voice" });
    const before = await everything(world);
    const refusal = { kind: "error", status: 401, code: 20003 } as const;
    world.emulator.control.addFault({ method: "POST", path: NUMBER, times: 100, effect: refusal });
    world.emulator.control.addFault({ method: "POST", path: SENDER, skip: 1, times: 100, effect: refusal });
    const { status, body } = await assign(world, number, BOTH);
    expect(status).toBe(502);
    expect(body).toMatchObject({ code: "outcome_unknown", operationId: expect.stringMatching(/^op_/) });
    expect(await lastOperation(world, number)).toMatchObject({ state: "open", phase: "restoring" });

    // Twilio still refuses: nothing is given up.
    clock.advance(LEASE_MS);
    expect(await recover()).toBe(0);
    world.emulator.control.clearFaults();
    clock.advance(LEASE_MS);
    expect(await recover()).toBe(1);
    expect(await everything(world)).toEqual(before);
    expect(await lastOperation(world, number)).toMatchObject({ id: body.operationId, state: "rolled_back" });
  });

  test("what somebody else changed meanwhile is left alone, and the number needs attention", async () => {
    const theirs = "https://theirs.example.com/whatsapp";
    const number = await newWhatsAppNumber(world);
    world.emulator.control.addFault({ method: "POST", path: NUMBER, effect: { kind: "hangThenApply" } });
    await assign(world, number, BOTH);
    world.emulator.control.releaseHeld();
    world.emulator.control.updateNumber(number.sid, { voice_url: theirs });

    clock.advance(LATE_WRITE_WINDOW_MS);
    expect(await recover()).toBe(1);
    expect(inTwilio(world, "numbers", number.sid)).toMatchObject({ voice_url: theirs, status_callback: "" });
    expect(await stored(world, number)).toMatchObject({ health: "needs_attention", chatbotId: null });
    expect(await lastOperation(world, number)).toMatchObject({
      state: "needs_attention",
      error: { lost: [{ field: "voiceUrl", before: theirs, after: "" }] },
    });
    expect(await lastAuditEntry(world, number.id)).toMatchObject({ outcome: "needs_attention" });
    expect(await attentionAlerts(number)).toMatchObject([
      { state: "open", severity: "error", facts: { operationKind: "assign", lostFields: 1 } },
    ]);
  });

  test.each<[string, (number: TestNumber) => Promise<Answer>]>([
    ["verification", (number) => verify(world, number)],
    ["the next change", (number) => assign(world, number, { ...BOTH, takeover: true })],
  ])("the alert of a number that needs attention is resolved by %s", async (_what, resolve) => {
    const number = await newWhatsAppNumber(world);
    world.emulator.control.addFault({ method: "POST", path: NUMBER, effect: { kind: "hangThenApply" } });
    await assign(world, number, BOTH);
    world.emulator.control.releaseHeld();
    world.emulator.control.updateNumber(number.sid, { voice_url: "https://theirs.example.com/voice" });
    clock.advance(LATE_WRITE_WINDOW_MS);
    await recover();
    expect(await attentionAlerts(number)).toMatchObject([{ state: "open" }]);
    expect((await resolve(number)).status).toBe(200);
    expect(await attentionAlerts(number)).toMatchObject([{ state: "resolved" }]);
  });

  test("credentials that are revoked before the write keep the number locked until there are new ones", async () => {
    const number = await newNumber(world, { voice_url: "https://before.example.com/voice" });
    const before = inTwilio(world, "numbers", number.sid);
    beforeWriting = () => void world.emulator.control.rotateAuthToken(ACCOUNT_SID, "another-auth-token");
    const { body } = await assign(world, number);
    beforeWriting = undefined;
    expect(body).toMatchObject({ code: "outcome_unknown" });
    expect(await assign(world, number)).toMatchObject({
      status: 409,
      body: { code: "operation_in_progress" },
    });

    const credentials = { accountSid: ACCOUNT_SID, authToken: "another-auth-token" };
    expect((await world.request("POST", "/api/twilio-accounts", credentials)).status).toBe(201);
    clock.advance(LEASE_MS);
    expect(await recover()).toBe(1);
    expect(inTwilio(world, "numbers", number.sid)).toEqual(before);
    expect(await lastOperation(world, number)).toMatchObject({ id: body.operationId, state: "rolled_back" });
    expect((await assign(world, number)).status).toBe(200);
  });

  test("the audit chain still holds after all of this", async () => {
    expect((await world.request("GET", "/api/audit/verify")).body).toMatchObject({ valid: true });
  });
});
