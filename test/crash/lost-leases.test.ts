// A process stands still or is too slow until another takes its operation over: of the two, one writes.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";
import {
  assign,
  lastOperation,
  newNumber,
  newWhatsAppNumber,
  stored,
  type TestNumber,
  verify,
  writes,
} from "../support/numbers.ts";
import {
  auditOutcomes,
  createUncertainWorld,
  expectFree,
  LEASE_MS,
  type UncertainWorld,
  uncertainOptions,
} from "../support/uncertain-world.ts";
import { startNode } from "../support/world.ts";

describeEachDatabase("an operation that a process has lost", (database) => {
  let world: UncertainWorld;
  beforeAll(async () => {
    world = await createUncertainWorld(database);
  });
  afterEach(() => world.calm());
  afterAll(() => world.close());

  /** Another node on the same database, or this one where the database serves one process only. */
  async function withAnotherNode(
    work: (recoverThere: () => Promise<number>) => Promise<void>,
  ): Promise<void> {
    if (database === "PGlite") return work(() => world.recover());
    const { switchhook } = await startNode(world, uncertainOptions(world.clock));
    try {
      await work(() => switchhook.api.operations.recover());
    } finally {
      await switchhook.stop();
    }
  }

  test("two recoveries at once recover each operation once", async () => {
    const numbers: TestNumber[] = [];
    const steps = ["opened", "snapshot_stored", "writing", "written", "state_read", "written"] as const;
    for (const step of steps) {
      const number = await newNumber(world);
      const abandoned = world.moments.pauseAt(step).reached;
      void assign(world, number);
      await abandoned;
      numbers.push(number);
    }
    world.clock.advance(LEASE_MS);
    await withAnotherNode(async (recoverThere) => {
      const counts = await Promise.all([world.recover(), recoverThere(), world.recover(), recoverThere()]);
      expect(counts.reduce((sum, count) => sum + count)).toBe(numbers.length);
    });
    const outcomes: string[] = [];
    for (const number of numbers) {
      expect((await lastOperation(world, number)).attempts).toBe(1);
      const entries = await auditOutcomes(world, number);
      expect(entries).toHaveLength(1);
      outcomes.push(...entries);
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
      world.fault({ kind: "hang" }, { path: number.senderSid });
      const answering = assign(world, number, { enableWhatsApp: true });
      while (writes(world).length === 0) await new Promise((resolve) => setImmediate(resolve));
      await withAnotherNode(async (recoverThere) => {
        // Recovery passes over an operation that is being renewed at the very moment.
        do world.clock.advance(LEASE_MS);
        while ((await (who === "another node" ? recoverThere() : world.recover())) === 0);
      });
      world.emulator.control.clearRequests();

      expect((await answering).body.code).toBe("outcome_unknown");
      expect(writes(world)).toEqual([]);
      expect(world.emulator.control.snapshot()).toEqual(before);
      expect(await auditOutcomes(world, number)).toEqual(["rolled_back"]);
      await expectFree(world, number);
    },
  );

  /** Whether the sender has been read since it was written. */
  const isReadAgain = (senderSid: string) => {
    const requests = world.emulator.control.requests().filter(({ path }) => path.endsWith(senderSid));
    const writtenAt = requests.findIndex(({ method }) => method !== "GET");
    return writtenAt !== -1 && requests.slice(writtenAt).some(({ method }) => method === "GET");
  };

  test("a process that lost its operation between two writes sends no more than the one it had begun", async () => {
    const number = await newWhatsAppNumber(world);
    const before = world.emulator.control.snapshot();
    // The sender is written; recovery comes before the number is. Reads before the write are as many as they are.
    world.moments.at("writing", () =>
      world.fault({ kind: "hang" }, { method: "GET", path: number.senderSid }),
    );
    const answering = assign(world, number, { enableWhatsApp: true });
    // The write alone would be too early: the process renews its lease after it, before it reads what it wrote.
    while (!isReadAgain(number.senderSid)) await new Promise((resolve) => setImmediate(resolve));
    // Recovery passes over an operation that is being renewed at the very moment.
    do world.clock.advance(LEASE_MS);
    while ((await world.recover()) === 0);
    world.emulator.control.clearRequests();
    expect((await answering).body.code).toBe("outcome_unknown");
    expect(writes(world)).toEqual([]);
    expect(world.emulator.control.snapshot()).toEqual(before);
  });

  test.each(["opened", "snapshot_stored", "writing", "written"] as const)(
    "a process that stood still at %s until its operation was recovered writes nothing any more",
    async (step) => {
      const number = await newNumber(world);
      const pause = world.moments.pauseAt(step);
      const answering = assign(world, number);
      await pause.reached;
      world.clock.advance(LEASE_MS);
      expect(await world.recover()).toBe(1);
      const after = world.emulator.control.snapshot();
      world.emulator.control.clearRequests();
      pause.resume();
      expect((await answering).body.code).toMatch(/^(outcome_unknown|operation_lost)$/);
      expect(writes(world)).toEqual([]);
      expect(world.emulator.control.snapshot()).toEqual(after);
      expect(await auditOutcomes(world, number)).toEqual([step === "written" ? "committed" : "rolled_back"]);
      expect((await stored(world, number)).openOperationId).toBeNull();
    },
  );

  test("a verification that began before a change does not overwrite what the change stored", async () => {
    const number = await newNumber(world);
    world.fault({ kind: "hang" }, { method: "GET", path: "/Services" });
    const verifying = verify(world, number);
    const isWaiting = () => world.emulator.control.requests({ path: "/Services" }).length > 0;
    while (!isWaiting()) await new Promise((resolve) => setImmediate(resolve));
    expect((await assign(world, number)).status).toBe(200);
    expect((await verifying).status).toBe(200);
    expect(await stored(world, number)).toMatchObject({ chatbotId: "agent_456", health: "ok" });
  });
});
