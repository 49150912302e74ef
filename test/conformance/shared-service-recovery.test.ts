// What a process has left half done keeps its Messaging Service from others until recovery has ended it.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { settableClock } from "../support/clock.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { type Moment, Moments } from "../support/moments.ts";
import { assign, inTwilio, unassign } from "../support/numbers.ts";
import {
  expectAnswered,
  IN_PROGRESS,
  type Member,
  SHADOWED,
  SHARINGS,
  share,
} from "../support/shared-service.ts";
import { addAgent, createWorld, type World } from "../support/world.ts";

const LEASE_MS = 60_000;
const LATE_WRITE_WINDOW_MS = 30_000;

describeEachDatabase("a shared Messaging Service", (database) => {
  const clock = settableClock();
  const moments = new Moments();
  let world: World;
  beforeAll(async () => {
    const switchhook = {
      clock,
      leaseMs: LEASE_MS,
      lateWriteWindowMs: LATE_WRITE_WINDOW_MS,
      twilioTimeoutMs: 700,
      onStep: moments.reach,
    };
    world = await createWorld({ database, switchhook });
    await addAgent(world, "agent_456");
  });
  afterEach(() => moments.clear());
  afterAll(() => world.close());

  const recover = () => world.switchhook.api.operations.recover();

  describe.each(SHARINGS)("by $channel", (sharing) => {
    const { channel, input } = sharing;
    const takeover = { ...input, takeover: true };
    let a: Member;
    let b: Member;
    let serviceSid: string;
    let before: unknown;
    beforeEach(async () => {
      ({ a, b, serviceSid, before } = await share(world, sharing));
    });

    const service = () => inTwilio(world, "services", serviceSid);

    test.each<[Moment, object]>([
      ["state_read", SHADOWED],
      ["snapshot_stored", SHADOWED],
      ["written", { status: 200 }],
    ])("at %s is free when recovery has ended what it began, and not before", async (moment, outcome) => {
      moments.dieAt(moment);
      expect((await assign(world, a, takeover)).status).toBeGreaterThanOrEqual(500);
      clock.advance(LEASE_MS - 1);
      expect(await recover()).toBe(0);
      expect(await assign(world, b, takeover)).toMatchObject(IN_PROGRESS);
      clock.advance(1);
      expect(await recover()).toBe(1);
      expect(await assign(world, b, input)).toMatchObject(outcome);
      expect((await assign(world, b, takeover)).status).toBe(200);
      await expectAnswered(world, b, channel);
    });

    test.each<[Moment, object]>([
      ["snapshot_stored", { status: 200 }],
      ["written", SHADOWED],
    ])("that was to be put back is free when recovery has decided (%s)", async (moment, outcome) => {
      await assign(world, a, takeover);
      moments.dieAt(moment);
      expect((await unassign(world, a, { restore: true })).status).toBeGreaterThanOrEqual(500);
      expect(await assign(world, b, takeover)).toMatchObject(IN_PROGRESS);
      clock.advance(LEASE_MS);
      expect(await recover()).toBe(1);
      expect(await assign(world, b, input)).toMatchObject(outcome);
      expect((await assign(world, b, takeover)).status).toBe(200);
      await expectAnswered(world, b, channel);
    });

    test("with a write that may still land is free when its window has passed", async () => {
      const path = `/v1/Services/${serviceSid}`;
      world.emulator.control.addFault({ method: "POST", path, effect: { kind: "hangThenApply" } });
      expect((await assign(world, a, takeover)).body).toMatchObject({ outcome: "settling" });
      expect(await assign(world, b, takeover)).toMatchObject(IN_PROGRESS);
      world.emulator.control.releaseHeld();
      clock.advance(LATE_WRITE_WINDOW_MS);
      expect(await recover()).toBe(1);
      expect(service()).toEqual(before);
      expect((await assign(world, b, takeover)).status).toBe(200);
      await expectAnswered(world, b, channel);
    });
  });
});
