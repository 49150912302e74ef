// What a process left open is ended by recovery: the audit log says so, and the operation still says who began it.
import { afterAll, beforeAll, expect, test } from "vitest";
import { settableClock } from "../support/clock.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { pause } from "../support/look-again.ts";
import { Moments } from "../support/moments.ts";
import {
  assign,
  lastAuditEntry,
  lastOperation,
  newNumber,
  newService,
  stored,
  verify,
} from "../support/numbers.ts";
import { ACCOUNT_SID, AUTH_TOKEN, addAgent, createWorld, type World } from "../support/world.ts";

const OVER_A_LEASE_MS = 61_000;

describeEachDatabase("an operation that recovery ends", (database) => {
  const moments = new Moments();
  const clock = { ...settableClock(), sleep: () => moments.reach("asking Twilio again") };
  let world: World;
  let brokenStep: string | undefined;
  beforeAll(async () => {
    const onStep = (step: string) => {
      if (step === brokenStep) throw new Error("The process ended.");
    };
    world = await createWorld({ database, switchhook: { clock, onStep } });
    await addAgent(world, "agent_456");
  });
  afterAll(() => world.close());

  /** Breaks off at a step; recovery comes when the lease has ended. */
  async function assignAndRecover(step: string, number: Parameters<typeof assign>[1], input = {}) {
    brokenStep = step;
    const answer = await assign(world, number, input);
    brokenStep = undefined;
    expect(answer.status).toBeGreaterThanOrEqual(500);
    expect(await lastOperation(world, number)).toMatchObject({ state: "open" });
    clock.advance(OVER_A_LEASE_MS);
    expect(await world.switchhook.api.operations.recover()).toBe(1);
  }

  test.each([
    ["opened", "rolled_back", null],
    ["snapshot_stored", "rolled_back", null],
    ["written", "committed", "agent_456"],
  ])("after %s is audited as recovery's, and keeps who began it", async (step, state, chatbotId) => {
    const number = await newNumber(world);
    const { actor: beginner } = await lastAuditEntry(world, "agent_456");
    await assignAndRecover(step, number);
    expect(await lastOperation(world, number)).toMatchObject({ state, actor: beginner, attempts: 1 });
    expect(beginner.userId).not.toContain("system:");
    expect(await lastAuditEntry(world, number.id)).toMatchObject({
      action: "phone_number.assign",
      outcome: state,
      actor: { userId: "system:recovery" },
    });
    expect(await stored(world, number)).toMatchObject({ chatbotId, openOperationId: null });
    expect((await world.request("GET", "/api/audit/verify")).body).toMatchObject({ valid: true });
  });

  test("keeps no other waiting while Twilio does not answer", async () => {
    const [slow, other] = [await newNumber(world), await newNumber(world)];
    brokenStep = "written";
    await assign(world, slow);
    await assign(world, other);
    brokenStep = undefined;
    clock.advance(OVER_A_LEASE_MS);
    const effect = { kind: "error", status: 503 } as const;
    world.emulator.control.addFault({ method: "GET", path: slow.sid, effect });
    const asking = moments.pauseAt("asking Twilio again");
    const recovering = world.switchhook.api.operations.recover();
    await asking.reached;
    while ((await lastOperation(world, other)).state === "open") await pause();
    expect(await lastOperation(world, other)).toMatchObject({ state: "committed" });
    expect(await lastOperation(world, slow)).toMatchObject({ state: "open" });
    asking.resume();
    expect(await recovering).toBe(2);
  });

  test("after written, with a key that may not read services, is unverified and not ok", async () => {
    const number = await newNumber(world);
    newService(world, [number.sid]);
    const deny = [{ pathPrefix: "/v1/Services" }];
    const { sid, secret } = world.emulator.control.createApiKey(ACCOUNT_SID, { deny });
    const credentials = { accountSid: ACCOUNT_SID, authToken: AUTH_TOKEN, apiKey: { sid, secret } };
    await world.request("POST", "/api/twilio-accounts", credentials);
    await assignAndRecover("written", number, { enableSms: true });
    expect(await stored(world, number)).toMatchObject({ chatbotId: "agent_456", health: "unverified" });
    expect((await verify(world, number)).body).toMatchObject({ configured: false });
  });
});
