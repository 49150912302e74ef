// An agent that is deleted while a number is assigned to it never answers that number.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";
import { assign, lastOperation, newNumber } from "../support/numbers.ts";
import {
  auditOutcomes,
  createUncertainWorld,
  expectFree,
  LEASE_MS,
  type UncertainWorld,
  WINDOW_MS,
} from "../support/uncertain-world.ts";
import { addAgent } from "../support/world.ts";

describeEachDatabase("an operation whose agent goes away", (database) => {
  let world: UncertainWorld;
  beforeAll(async () => {
    world = await createUncertainWorld(database);
  });
  afterEach(() => world.calm());
  afterAll(() => world.close());

  test.each(["written", "snapshot_stored"] as const)(
    "an agent that is deleted in the middle (%s) answers nothing",
    async (step) => {
      const number = await newNumber(world);
      const before = world.emulator.control.snapshot();
      await addAgent(world, "agent_short_lived");
      world.moments.at(step, async () => {
        expect((await world.request("DELETE", "/api/agents/agent_short_lived")).status).toBeLessThan(300);
      });
      expect(await assign(world, number, { chatbotId: "agent_short_lived" })).toMatchObject({
        status: 404,
        body: { code: "agent_not_found", outcome: "rolled_back" },
      });
      expect(world.emulator.control.snapshot()).toEqual(before);
      expect(await auditOutcomes(world, number)).toEqual(["rolled_back"]);
      await expectFree(world, number);
    },
  );

  test("an agent that is deleted before recovery answers nothing", async () => {
    const number = await newNumber(world);
    const before = world.emulator.control.snapshot();
    await addAgent(world, "agent_short_lived");
    const abandoned = world.moments.pauseAt("written").reached;
    void assign(world, number, { chatbotId: "agent_short_lived" });
    await abandoned;
    await world.request("DELETE", "/api/agents/agent_short_lived");
    world.clock.advance(LEASE_MS);
    expect(await world.recover()).toBe(1);
    expect(world.emulator.control.snapshot()).toEqual(before);
    expect(await lastOperation(world, number)).toMatchObject({ state: "rolled_back" });
  });

  test("an agent that is deleted while the answer to a write that landed is lost answers nothing", async () => {
    const number = await newNumber(world);
    const before = world.emulator.control.snapshot();
    await addAgent(world, "agent_short_lived");
    world.fault({ kind: "applyThenReset" });
    world.moments.at(
      "writing",
      async () => void (await world.request("DELETE", "/api/agents/agent_short_lived")),
    );
    expect((await assign(world, number, { chatbotId: "agent_short_lived" })).body.outcome).toBe("settling");
    expect(world.emulator.control.snapshot()).toEqual(before);
    world.clock.advance(WINDOW_MS);
    expect(await world.recover()).toBe(1);
  });
});
