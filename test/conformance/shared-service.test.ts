// A Messaging Service that two numbers share decides for both. Whatever meets, and at whatever moment, no number that we
// say is assigned is left with a service that sends its messages elsewhere.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { impatientClock } from "../support/clock.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { type Moment, Moments, type Pause } from "../support/moments.ts";
import {
  assign,
  inTwilio,
  lastAuditEntry,
  lastOperation,
  stored,
  type TestNumber,
  unassign,
} from "../support/numbers.ts";
import {
  expectAnswered,
  IN_PROGRESS,
  type Member,
  SHADOWED,
  SHARINGS,
  share,
} from "../support/shared-service.ts";
import { addAgent, createWorld, type World } from "../support/world.ts";

const MEMBERSHIP = "/v1/Services/MG[^/]+/(PhoneNumbers|ChannelSenders)/";

describeEachDatabase("a Messaging Service that two numbers share", (database) => {
  const moments = new Moments();
  let world: World;
  beforeAll(async () => {
    const clock = { ...impatientClock, sleep: () => moments.reach("asking Twilio again") };
    world = await createWorld({ database, switchhook: { clock, onStep: moments.reach } });
    await addAgent(world, "agent_456");
  });
  afterEach(() => {
    moments.clear();
    world.emulator.control.clearFaults();
  });
  afterAll(() => world.close());

  /** By the time that a member is asked for, the services themselves have been read. */
  function pauseAfterReadingServices(): Pause {
    const effect = { kind: "error", status: 503 } as const;
    world.emulator.control.addFault({ method: "GET", path: MEMBERSHIP, effect });
    return moments.pauseAt("asking Twilio again");
  }

  /** The last write of a change fails; the service, if it is part of the change, has been written by then. */
  function refuseWriteOf({ sid }: TestNumber): void {
    const effect = { kind: "error", status: 400, code: 21402 } as const;
    world.emulator.control.addFault({ method: "POST", path: sid, effect });
  }

  describe.each(SHARINGS)("by $channel", (sharing) => {
    const { channel, input, create } = sharing;
    const takeover = { ...input, takeover: true };
    let a: Member;
    let b: Member;
    let serviceSid: string;
    let before: unknown;
    beforeEach(async () => {
      ({ a, b, serviceSid, before } = await share(world, sharing));
    });

    const service = () => inTwilio(world, "services", serviceSid);

    async function expectUnassigned(number: TestNumber): Promise<void> {
      expect(await stored(world, number)).toMatchObject({ chatbotId: null, openOperationId: null });
    }

    describe("while a takeover of it fails", () => {
      test("is relied on by nobody else until it has been switched back", async () => {
        refuseWriteOf(a);
        const switched = moments.pauseAt("restoring");
        const taking = assign(world, a, takeover);
        await switched.reached;
        const refused = await assign(world, b, input);
        switched.resume();
        expect((await taking).body).toMatchObject({ code: "twilio_rejected", outcome: "rolled_back" });
        expect(refused).toMatchObject(IN_PROGRESS);
        expect(service()).toEqual(before);
        await expectUnassigned(b);
        expect(await assign(world, b, input)).toMatchObject(SHADOWED);
        expect((await assign(world, b, takeover)).status).toBe(200);
        await expectAnswered(world, b, channel);
      });

      test.each([
        ["refused", {}, SHADOWED],
        ["taken over as well", { takeover: true }, { status: 200 }],
      ])("is %s where it was read before it was switched back", async (_name, more, outcome) => {
        refuseWriteOf(a);
        const switched = moments.pauseAt("restoring");
        const taking = assign(world, a, takeover);
        await switched.reached;
        const read = pauseAfterReadingServices();
        const assigning = assign(world, b, { ...input, ...more });
        await read.reached;
        switched.resume();
        await taking;
        expect(service()).toEqual(before);
        read.resume();
        const answer = await assigning;
        expect(answer).toMatchObject(outcome);
        await (answer.status === 200 ? expectAnswered(world, b, channel) : expectUnassigned(b));
      });

      test("goes on deferring for a number that took it over between two attempts of another", async () => {
        const read = pauseAfterReadingServices();
        const taking = assign(world, a, takeover);
        await read.reached;
        expect((await assign(world, b, takeover)).status).toBe(200);
        refuseWriteOf(a);
        read.resume();
        expect((await taking).body).toMatchObject({ outcome: "rolled_back" });
        await expectAnswered(world, b, channel);
      });
    });

    describe("while it is restored", () => {
      beforeEach(async () => {
        await assign(world, a, takeover);
      });

      test.each<Moment>(["state_read", "snapshot_stored", "writing"])(
        "is relied on by nobody else (%s)",
        async (moment) => {
          const restoring = moments.pauseAt(moment);
          const unassigning = unassign(world, a, { restore: true });
          await restoring.reached;
          const refused = await assign(world, b, input);
          restoring.resume();
          expect((await unassigning).status).toBe(200);
          expect(refused).toMatchObject(IN_PROGRESS);
          expect(service()).toEqual(before);
          await expectUnassigned(b);
          expect(await assign(world, b, input)).toMatchObject(SHADOWED);
        },
      );

      test.each([
        ["refused", {}, SHADOWED],
        ["taken over again", { takeover: true }, { status: 200 }],
      ])("is %s where it was read before", async (_name, more, outcome) => {
        const read = pauseAfterReadingServices();
        const assigning = assign(world, b, { ...input, ...more });
        await read.reached;
        expect((await unassign(world, a, { restore: true })).status).toBe(200);
        expect(service()).toEqual(before);
        read.resume();
        const answer = await assigning;
        expect(answer).toMatchObject(outcome);
        await (answer.status === 200 ? expectAnswered(world, b, channel) : expectUnassigned(b));
      });

      test("is not restored while an assignment that relies on it is under way", async () => {
        const relying = moments.pauseAt("state_read");
        const assigning = assign(world, b, input);
        await relying.reached;
        const refused = await unassign(world, a, { restore: true });
        relying.resume();
        expect((await assigning).status).toBe(200);
        expect(refused).toMatchObject(IN_PROGRESS);
        await expectAnswered(world, a, channel);
        await expectAnswered(world, b, channel);
      });

      test("stays as it is for a number that relies on it, and whoever wanted it back is told", async () => {
        expect((await assign(world, b, input)).status).toBe(200);
        const switched = service();
        const { status, body } = await unassign(world, a, { restore: true });
        expect(status).toBe(200);
        expect(service()).toEqual(switched);
        await expectUnassigned(a);
        await expectAnswered(world, b, channel);
        expect(body.message).toContain(serviceSid);
        expect(body.operation.withheld).not.toEqual([]);
        for (const change of body.operation.withheld) {
          expect(change).toMatchObject({ resource: "service", sid: serviceSid });
        }
        expect(await lastOperation(world, a)).toMatchObject({
          state: "committed",
          withheld: body.operation.withheld,
        });
        expect(await lastAuditEntry(world, a.id)).toMatchObject({
          outcome: "committed",
          after: { withheld: body.operation.withheld },
        });
      });
    });

    test("is not put back under a number that was assigned before it joined", async () => {
      const joined = await create(world);
      expect((await assign(world, joined, input)).status).toBe(200);
      await assign(world, a, takeover);
      world.emulator.control.addToService(serviceSid, joined.memberSid);
      await expectAnswered(world, joined, channel);
      expect((await unassign(world, a, { restore: true })).body.message).toContain(serviceSid);
      await expectAnswered(world, joined, channel);
    });

    test("is relied on by as many at once as like", async () => {
      await assign(world, a, takeover);
      const relying = moments.pauseAt("state_read");
      const first = assign(world, b, input);
      await relying.reached;
      const c = await create(world);
      world.emulator.control.addToService(serviceSid, c.memberSid);
      expect((await assign(world, c, input)).status).toBe(200);
      relying.resume();
      expect((await first).status).toBe(200);
      for (const number of [a, b, c]) await expectAnswered(world, number, channel);
    });

    test("that is taken is refused with what it waits for and what to do", async () => {
      const taking = moments.pauseAt("written");
      const first = assign(world, a, takeover);
      await taking.reached;
      const { headers, body } = await assign(world, b, takeover);
      const { openOperationId } = await stored(world, a);
      taking.resume();
      await first;
      expect(body).toMatchObject({ serviceSid, waitsFor: openOperationId });
      expect(body.detail).toMatch(/MG.*Try again.*Nothing was changed/);
      expect(headers.get("retry-after")).toBe("2");
      expect(await lastOperation(world, b)).toMatchObject({
        id: body.operationId,
        state: "refused",
        changes: null,
        error: { code: "operation_in_progress" },
      });
    });
  });
});
