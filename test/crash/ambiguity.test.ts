// Twilio does not answer, answers late, changes under our hands, or goes away; the agent goes away; a node is too slow.
// Whatever happens: Twilio and the assignment end up together, or it is said out loud what does not.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Fault, FaultEffect } from "../../emulator/index.ts";
import { createSwitchhook } from "../../src/index.ts";
import type { OperationDeps } from "../../src/phone-numbers/operations/operation-deps.ts";
import { settableClock } from "../support/clock.ts";
import { describeEachDatabase } from "../support/databases.ts";
import {
  assign,
  inTwilio,
  lastAuditEntry,
  lastOperation,
  newNumber,
  newService,
  newWhatsAppNumber,
  stored,
  type TestNumber,
  unassign,
  urlsOf,
  verify,
  writes,
} from "../support/numbers.ts";
import { type Answer, addAgent, createWorld, PUBLIC_URL, SECRET, type World } from "../support/world.ts";

const LEASE_MS = 60_000;
const WINDOW_MS = 30_000;
const MAX_BACKOFF_MS = 600_000;
const TIMEOUT_MS = 1_000;

describeEachDatabase("an operation with an uncertain outcome", (database) => {
  const clock = settableClock();
  let world: World;
  let onStep: OperationDeps["onStep"];

  beforeAll(async () => {
    world = await createWorld({
      database,
      switchhook: {
        clock,
        leaseMs: LEASE_MS,
        lateWriteWindowMs: WINDOW_MS,
        twilioTimeoutMs: TIMEOUT_MS,
        onStep: (step, operation) => onStep(step, operation),
      },
    });
    await addAgent(world, "agent_456");
    await addAgent(world, "agent_789");
    onStep = () => {};
  });
  afterEach(() => {
    onStep = () => {};
    world.emulator.control.clearFaults();
  });
  afterAll(() => world.close());

  const fault = (effect: FaultEffect, where: Partial<Fault> = {}) =>
    world.emulator.control.addFault({ method: "POST", ...where, effect });
  const recover = () => world.switchhook.api.operations.recover();
  /** Once, at the first step of this name. */
  const atStep = (name: string, act: () => void | Promise<void>) => {
    onStep = async (step) => {
      if (step !== name) return;
      onStep = () => {};
      await act();
    };
  };
  /** As if the process had ended at the first step of this name. */
  const abandonAt = (name: string) =>
    new Promise<void>((resolve) => {
      atStep(name, () => {
        resolve();
        return new Promise<never>(() => {});
      });
    });
  const auditOutcomes = async (number: TestNumber) => {
    const { body } = await world.request("GET", `/api/audit?targetId=${number.id}`);
    return body.entries.map(({ outcome }: { outcome: string }) => outcome);
  };
  /** Whether the sender has been read since it was written. */
  const isReadAgain = (senderSid: string) => {
    const requests = world.emulator.control.requests().filter(({ path }) => path.endsWith(senderSid));
    const writtenAt = requests.findIndex(({ method }) => method !== "GET");
    return writtenAt !== -1 && requests.slice(writtenAt).some(({ method }) => method === "GET");
  };
  const expectLocked = async (number: TestNumber) => {
    const answer = await assign(world, number, { chatbotId: "agent_789" });
    expect(answer).toMatchObject({ status: 409, body: { code: "operation_in_progress" } });
    expect(answer.headers.get("retry-after")).not.toBeNull();
  };
  const expectFree = async (number: TestNumber) => {
    expect((await stored(world, number)).openOperationId).toBeNull();
    expect(await assign(world, number, { chatbotId: "agent_789" })).toMatchObject({ status: 200 });
  };

  test.each(["applyThenReset", "applyThenHang"] as const)(
    "a write that landed without an answer (%s) is committed",
    async (kind) => {
      const number = await newNumber(world);
      fault({ kind });
      expect((await assign(world, number)).body).toMatchObject({ success: true });
      expect(inTwilio(world, "numbers", number.sid)).toMatchObject({ voice_url: urlsOf("agent_456").voice });
      expect(await stored(world, number)).toMatchObject({ chatbotId: "agent_456", health: "ok" });
      expect(await auditOutcomes(number)).toEqual(["committed"]);
    },
  );

  test.each(["reset", "hang"] as const)(
    "a write that never lands (%s) is rolled back, and the number locked until it can land no more",
    async (kind) => {
      const number = await newNumber(world, { voice_url: "https://before.example.com/voice" });
      const before = inTwilio(world, "numbers", number.sid);
      fault({ kind });
      expect(await assign(world, number)).toMatchObject({
        status: 502,
        body: { code: "twilio_unavailable", outcome: "settling" },
      });
      expect(inTwilio(world, "numbers", number.sid)).toEqual(before);
      await expectLocked(number);

      clock.advance(WINDOW_MS - 1);
      expect(await recover()).toBe(0);
      await expectLocked(number);

      clock.advance(1);
      expect(await recover()).toBe(1);
      expect(await lastOperation(world, number)).toMatchObject({
        state: "rolled_back",
        error: { code: "twilio_unavailable" },
      });
      expect(await stored(world, number)).toMatchObject({ chatbotId: null, health: "unassigned" });
      expect(await auditOutcomes(number)).toEqual(["rolled_back"]);
      await expectFree(number);
    },
  );

  test("a write that lands after it was taken back is taken back again", async () => {
    const number = await newNumber(world, { voice_url: "https://before.example.com/voice" });
    const before = inTwilio(world, "numbers", number.sid);
    fault({ kind: "hangThenApply" });
    expect((await assign(world, number)).body).toMatchObject({ outcome: "settling" });
    expect(world.emulator.control.releaseHeld()).toBe(1);
    expect(inTwilio(world, "numbers", number.sid)).not.toEqual(before);

    clock.advance(WINDOW_MS);
    expect(await recover()).toBe(1);
    expect(inTwilio(world, "numbers", number.sid)).toEqual(before);
    expect(await auditOutcomes(number)).toEqual(["rolled_back"]);
    await expectFree(number);
  });

  test("a change that Twilio accepted and shows only later is taken back", async () => {
    const number = await newWhatsAppNumber(world);
    const before = inTwilio(world, "senders", number.senderSid);
    fault({ kind: "error", status: 202, body: "{}" }, { path: number.senderSid });
    expect((await assign(world, number, { enableWhatsApp: true })).body).toMatchObject({
      code: "twilio_state_differs",
      outcome: "settling",
    });
    world.emulator.control.updateSender(number.senderSid, { callback_url: urlsOf("agent_456").message });

    clock.advance(WINDOW_MS);
    expect(await recover()).toBe(1);
    expect(inTwilio(world, "senders", number.senderSid)).toEqual(before);
    expect(await lastOperation(world, number)).toMatchObject({ state: "rolled_back" });
  });

  test("a change that Twilio accepted and cannot be asked about may still take effect", async () => {
    const number = await newWhatsAppNumber(world);
    const path = number.senderSid;
    fault({ kind: "error", status: 202, body: "{}" }, { path });
    atStep("writing", () => fault({ kind: "error", status: 500 }, { method: "GET", path, times: 4 }));
    expect((await assign(world, number, { enableWhatsApp: true })).body.outcome).toBe("settling");
    clock.advance(WINDOW_MS);
    expect(await recover()).toBe(1);
  });

  test("a refusal of the second attempt says nothing about the first, which may still land", async () => {
    const number = await newNumber(world);
    fault({ kind: "error", status: 503 });
    fault({ kind: "error", status: 400, code: 21402 });
    expect((await assign(world, number)).body).toMatchObject({
      code: "twilio_rejected",
      outcome: "settling",
    });
    clock.advance(WINDOW_MS);
    expect(await recover()).toBe(1);
  });

  test("a definite refusal is rolled back at once", async () => {
    const number = await newWhatsAppNumber(world);
    const before = world.emulator.control.snapshot();
    fault({ kind: "error", status: 400, code: 21402 }, { path: number.sid });
    expect(await assign(world, number, { enableWhatsApp: true })).toMatchObject({
      status: 502,
      body: { code: "twilio_rejected", twilioCode: 21402, outcome: "rolled_back" },
    });
    expect(world.emulator.control.snapshot()).toEqual(before);
    await expectFree(number);
  });

  test("what somebody else changed meanwhile is left alone, and named", async () => {
    const number = await newWhatsAppNumber(world);
    const before = inTwilio(world, "senders", number.senderSid);
    const theirs = "https://somebody-else.example.com/whatsapp";
    fault({ kind: "error", status: 400, code: 21402 }, { path: number.sid });
    atStep("restoring", () => {
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
    expect(await auditOutcomes(number)).toEqual(["needs_attention"]);
  });

  test("a number with somebody else's change stays locked while a write of ours may land on it", async () => {
    const number = await newNumber(world, { voice_url: "https://before.example.com/voice" });
    const before = inTwilio(world, "numbers", number.sid);
    const theirs = "https://somebody-else.example.com/voice";
    fault({ kind: "hangThenApply" });
    atStep("restoring", () => {
      world.emulator.control.updateNumber(number.sid, { voice_url: theirs });
    });
    expect((await assign(world, number)).body.outcome).toBe("settling");
    expect(inTwilio(world, "numbers", number.sid)).toMatchObject({ voice_url: theirs });
    await expectLocked(number);

    // Our write goes over theirs. What is put back is what we know; that theirs is gone is said.
    world.emulator.control.releaseHeld();
    clock.advance(WINDOW_MS);
    expect(await recover()).toBe(1);
    expect(inTwilio(world, "numbers", number.sid)).toEqual(before);
    expect(await lastOperation(world, number)).toMatchObject({
      state: "needs_attention",
      error: { lost: [{ field: "voiceUrl", before: theirs }] },
    });
    await expectFree(number);
  });

  test("a Messaging Service that the number has left meanwhile is put back all the same", async () => {
    const number = await newNumber(world);
    const serviceSid = newService(world, [number.sid]);
    const before = inTwilio(world, "services", serviceSid);
    fault({ kind: "error", status: 400, code: 21402 }, { path: number.sid });
    atStep("restoring", () => world.emulator.control.removeFromService(number.sid));
    const answer = await assign(world, number, { enableSms: true, takeover: true });
    expect(answer.body.outcome).toBe("rolled_back");
    expect(writes(world).some(({ path }) => path.includes(serviceSid))).toBe(true);
    expect(inTwilio(world, "services", serviceSid)).toEqual(before);
  });

  /** The sender is written, the number is refused, and then Twilio is away. */
  async function failInTheMiddle(number: TestNumber): Promise<Answer> {
    fault({ kind: "error", status: 400, code: 21402 }, { path: number.sid });
    atStep("restoring", () => {
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
    await expectLocked(number);

    expect(await recover()).toBe(0);
    expect((await lastOperation(world, number)).attempts).toBe(0);
    clock.advance(LEASE_MS);
    for (const [attempts, backoffMs] of [
      [1, 10_000],
      [2, 20_000],
      [3, 40_000],
    ] as const) {
      expect(await recover()).toBe(0);
      expect(await lastOperation(world, number)).toMatchObject({ state: "open", attempts });
      clock.advance(backoffMs - 1);
      expect(await recover()).toBe(0);
      expect((await lastOperation(world, number)).attempts).toBe(attempts);
      clock.advance(1);
    }

    world.emulator.control.clearFaults();
    expect(await recover()).toBe(1);
    expect(world.emulator.control.snapshot()).toEqual(before);
    expect(await lastOperation(world, number)).toMatchObject({
      state: "rolled_back",
      error: { code: "twilio_rejected" },
    });
    expect(await auditOutcomes(number)).toEqual(["rolled_back"]);
    await expectFree(number);
  });

  test("after 20 attempts recovery gives up and asks for a person", async () => {
    const number = await newWhatsAppNumber(world);
    await failInTheMiddle(number);
    for (let attempts = 1; attempts < 20; attempts++) {
      clock.advance(MAX_BACKOFF_MS);
      expect(await recover()).toBe(0);
    }
    expect(await lastOperation(world, number)).toMatchObject({ state: "open", attempts: 19 });
    clock.advance(MAX_BACKOFF_MS);
    expect(await recover()).toBe(1);
    expect(await lastOperation(world, number)).toMatchObject({
      state: "needs_attention",
      error: { code: "outcome_unknown", detail: expect.stringContaining("20 attempts") },
    });
    expect(await stored(world, number)).toMatchObject({ health: "needs_attention", openOperationId: null });
    expect(await auditOutcomes(number)).toEqual(["needs_attention"]);

    world.emulator.control.clearFaults();
    await expectFree(number);
  });

  test("a write that goes back without an answer may land late as well, and is waited for", async () => {
    const number = await newWhatsAppNumber(world);
    const before = world.emulator.control.snapshot();
    fault({ kind: "error", status: 400, code: 21402 }, { path: number.sid });
    fault({ kind: "hangThenApply" }, { path: number.senderSid, skip: 1, times: 2 });
    expect((await assign(world, number, { enableWhatsApp: true })).body.code).toBe("outcome_unknown");

    clock.advance(LEASE_MS);
    expect(await recover()).toBe(0);
    // The next attempt succeeds, so early that the one before may still land, on whatever is assigned by then.
    clock.advance(10_000);
    expect(await recover()).toBe(0);
    expect(world.emulator.control.snapshot()).toEqual(before);
    expect(await lastOperation(world, number)).toMatchObject({ state: "open", phase: "settling" });
    await expectLocked(number);
    world.emulator.control.releaseHeld();
    clock.advance(WINDOW_MS);
    expect(await recover()).toBe(1);
    expect(world.emulator.control.snapshot()).toEqual(before);
    await expectFree(number);
  });

  test.each(["written", "snapshot_stored"])(
    "an agent that is deleted in the middle (%s) answers nothing",
    async (step) => {
      const number = await newNumber(world);
      const before = world.emulator.control.snapshot();
      await addAgent(world, "agent_short_lived");
      atStep(step, async () => {
        expect((await world.request("DELETE", "/api/agents/agent_short_lived")).status).toBeLessThan(300);
      });
      expect(await assign(world, number, { chatbotId: "agent_short_lived" })).toMatchObject({
        status: 404,
        body: { code: "agent_not_found", outcome: "rolled_back" },
      });
      expect(world.emulator.control.snapshot()).toEqual(before);
      expect(await auditOutcomes(number)).toEqual(["rolled_back"]);
      await expectFree(number);
    },
  );

  test("an agent that is deleted before recovery answers nothing", async () => {
    const number = await newNumber(world);
    const before = world.emulator.control.snapshot();
    await addAgent(world, "agent_short_lived");
    const abandoned = abandonAt("written");
    void assign(world, number, { chatbotId: "agent_short_lived" });
    await abandoned;
    await world.request("DELETE", "/api/agents/agent_short_lived");
    clock.advance(LEASE_MS);
    expect(await recover()).toBe(1);
    expect(world.emulator.control.snapshot()).toEqual(before);
    expect(await lastOperation(world, number)).toMatchObject({ state: "rolled_back" });
  });

  test("an agent that is deleted while the answer to a write that landed is lost answers nothing", async () => {
    const number = await newNumber(world);
    const before = world.emulator.control.snapshot();
    await addAgent(world, "agent_short_lived");
    fault({ kind: "applyThenReset" });
    atStep("writing", async () => void (await world.request("DELETE", "/api/agents/agent_short_lived")));
    expect((await assign(world, number, { chatbotId: "agent_short_lived" })).body.outcome).toBe("settling");
    expect(world.emulator.control.snapshot()).toEqual(before);
    clock.advance(WINDOW_MS);
    expect(await recover()).toBe(1);
  });

  /** Another node on the same database, or this one where the database serves one process only. */
  async function withAnotherNode(
    work: (recoverThere: () => Promise<number>) => Promise<void>,
  ): Promise<void> {
    if (database === "PGlite") return work(recover);
    const other = await createSwitchhook({
      databaseUrl: world.databaseUrl,
      secret: SECRET,
      publicUrl: PUBLIC_URL,
      twilioApiBaseUrl: world.emulator.url,
      logLevel: "silent",
      clock,
      leaseMs: LEASE_MS,
      lateWriteWindowMs: WINDOW_MS,
      twilioTimeoutMs: TIMEOUT_MS,
    });
    try {
      await work(() => other.api.operations.recover());
    } finally {
      await other.stop();
    }
  }

  test("two recoveries at once recover each operation once", async () => {
    const numbers: TestNumber[] = [];
    for (const step of ["opened", "snapshot_stored", "writing", "written", "state_read", "written"]) {
      const number = await newNumber(world);
      const abandoned = abandonAt(step);
      void assign(world, number);
      await abandoned;
      numbers.push(number);
    }
    clock.advance(LEASE_MS);
    await withAnotherNode(async (recoverThere) => {
      const counts = await Promise.all([recover(), recoverThere(), recover(), recoverThere()]);
      expect(counts.reduce((sum, count) => sum + count)).toBe(numbers.length);
    });
    const outcomes: string[] = [];
    for (const number of numbers) {
      expect((await lastOperation(world, number)).attempts).toBe(1);
      const entries = await auditOutcomes(number);
      expect(entries).toHaveLength(1);
      outcomes.push(entries[0]);
    }
    expect(outcomes).toEqual([
      "rolled_back",
      "rolled_back",
      "rolled_back",
      "committed",
      "rolled_back",
      "committed",
    ]);
  });

  test.each(["another node", "the same node"])(
    "a process that lost its operation to %s writes nothing any more",
    async (who) => {
      const number = await newWhatsAppNumber(world);
      const before = world.emulator.control.snapshot();
      fault({ kind: "hang" }, { path: number.senderSid });
      const answering = assign(world, number, { enableWhatsApp: true });
      while (writes(world).length === 0) await new Promise((resolve) => setImmediate(resolve));
      await withAnotherNode(async (recoverThere) => {
        // Recovery passes over an operation that is being renewed at the very moment.
        do clock.advance(LEASE_MS);
        while ((await (who === "another node" ? recoverThere() : recover())) === 0);
      });
      world.emulator.control.clearRequests();

      expect((await answering).body.code).toBe("outcome_unknown");
      expect(writes(world)).toEqual([]);
      expect(world.emulator.control.snapshot()).toEqual(before);
      expect(await auditOutcomes(number)).toEqual(["rolled_back"]);
      await expectFree(number);
    },
  );

  test("a process that lost its operation between two writes sends no more than the one it had begun", async () => {
    const number = await newWhatsAppNumber(world);
    const before = world.emulator.control.snapshot();
    // The sender is written; recovery comes before the number is. Reads before the write are as many as they are.
    atStep("writing", () => fault({ kind: "hang" }, { method: "GET", path: number.senderSid }));
    const answering = assign(world, number, { enableWhatsApp: true });
    // The write alone would be too early: the process renews its lease after it, before it reads what it wrote.
    while (!isReadAgain(number.senderSid)) await new Promise((resolve) => setImmediate(resolve));
    // Recovery passes over an operation that is being renewed at the very moment.
    do clock.advance(LEASE_MS);
    while ((await recover()) === 0);
    world.emulator.control.clearRequests();
    expect((await answering).body.code).toBe("outcome_unknown");
    expect(writes(world)).toEqual([]);
    expect(world.emulator.control.snapshot()).toEqual(before);
  });

  test.each(["opened", "snapshot_stored", "writing", "written"])(
    "a process that stood still at %s until its operation was recovered writes nothing any more",
    async (step) => {
      const number = await newNumber(world);
      let resume = () => {};
      const standing = new Promise<void>((resolve) => {
        atStep(step, () => {
          resolve();
          return new Promise((goOn) => {
            resume = goOn;
          });
        });
      });
      const answering = assign(world, number);
      await standing;
      clock.advance(LEASE_MS);
      expect(await recover()).toBe(1);
      const after = world.emulator.control.snapshot();
      world.emulator.control.clearRequests();
      resume();
      expect((await answering).body.code).toMatch(/^(outcome_unknown|operation_lost)$/);
      expect(writes(world)).toEqual([]);
      expect(world.emulator.control.snapshot()).toEqual(after);
      expect(await auditOutcomes(number)).toEqual([step === "written" ? "committed" : "rolled_back"]);
      expect((await stored(world, number)).openOperationId).toBeNull();
    },
  );

  test("a verification that began before a change does not overwrite what the change stored", async () => {
    const number = await newNumber(world);
    fault({ kind: "hang" }, { method: "GET", path: "/Services" });
    const verifying = verify(world, number);
    const isWaiting = () => world.emulator.control.requests({ path: "/Services" }).length > 0;
    while (!isWaiting()) await new Promise((resolve) => setImmediate(resolve));
    expect((await assign(world, number)).status).toBe(200);
    expect((await verifying).status).toBe(200);
    expect(await stored(world, number)).toMatchObject({ chatbotId: "agent_456", health: "ok" });
  });

  test("an unassignment whose answer is lost is as certain as an assignment", async () => {
    const number = await newNumber(world, { voice_url: "https://before.example.com/voice" });
    const before = inTwilio(world, "numbers", number.sid);
    await assign(world, number);
    fault({ kind: "hangThenApply" });
    expect((await unassign(world, number, { restore: true })).body.outcome).toBe("settling");
    world.emulator.control.releaseHeld();
    clock.advance(WINDOW_MS);
    expect(await recover()).toBe(1);
    expect(inTwilio(world, "numbers", number.sid)).toMatchObject({ voice_url: urlsOf("agent_456").voice });
    expect(await stored(world, number)).toMatchObject({ chatbotId: "agent_456" });
    expect((await unassign(world, number, { restore: true })).status).toBe(200);
    expect(inTwilio(world, "numbers", number.sid)).toEqual(before);
    expect(await lastAuditEntry(world, number.id)).toMatchObject({ outcome: "committed" });
  });
});
