// What fails while a batch goes on and says nothing of its numbers: no number is given up because of it, nor the batch.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { applyAll, decide, itemsOf, plan, until, untilEnded } from "../support/batches.ts";
import { impatientClock } from "../support/clock.ts";
import { executeOnce } from "../support/execute-once.ts";
import { Moments } from "../support/moments.ts";
import { lastOperation, newNumber, type TestNumber } from "../support/numbers.ts";
import { createServedWorld, type ServedWorld } from "../support/served-world.ts";
import { addAgent } from "../support/world.ts";

const NONE_MAY_FAIL = { canarySize: 0, failureBudget: 0 };
/** So often is a request sent before Twilio's refusal is taken for an answer. */
const ATTEMPTS = 4;

describe("a hiccup during a batch", () => {
  const moments = new Moments();
  let world: ServedWorld;
  let numbers: readonly TestNumber[];
  let first: TestNumber;
  beforeAll(async () => {
    world = await createServedWorld("PostgreSQL", { clock: impatientClock, onStep: moments.reach });
    await addAgent(world, "agent_456");
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    numbers = [await newNumber(world), await newNumber(world)];
    first = numbers[0] ?? expect.fail();
  });
  afterEach(() => {
    moments.clear();
    world.emulator.control.clearFaults();
  });

  const request = () => ({
    action: "assign",
    chatbotId: "agent_456",
    selection: { phoneNumberIds: numbers.map(({ id }) => id) },
  });
  const throttle = (method: string) =>
    world.emulator.control.addFault({
      method,
      path: first.sid,
      times: ATTEMPTS,
      effect: { kind: "error", status: 429 },
    });
  const noted = (line: object) =>
    vi.waitFor(() => expect(world.lines).toContainEqual(expect.objectContaining(line)), { timeout: 20_000 });
  const runFailed = (batchId: string) => noted({ msg: "batch.run_failed", batchId });

  /** While the database does not give away what a verification asks for. */
  async function withoutPolicies(during: () => Promise<void>): Promise<void> {
    await executeOnce(world.databaseUrl, "alter table switchhook.drift_policy rename to drift_policy_away");
    try {
      await during();
    } finally {
      await executeOnce(world.databaseUrl, "alter table switchhook.drift_policy_away rename to drift_policy");
    }
  }

  test("a database that fails while the canary is verified does not stop it for good", async () => {
    const committed = moments.pauseAt("committed");
    const batch = await plan(world, request());
    await decide(world, "apply", batch);
    await committed.reached;
    await withoutPolicies(async () => {
      committed.resume();
      await runFailed(batch.id);
      const seen = await until(world, batch.id, ({ counts }) => counts.done === 1);
      expect(seen).toMatchObject({ state: "canary", stopped: null });
    });
    await decide(world, "pause", batch);
    await decide(world, "resume", batch);
    expect(await untilEnded(world, batch.id)).toMatchObject({ state: "done", counts: { done: 2 } });
  });

  test("a number that Twilio has no time for has its turn again, and does not count as failed", async () => {
    const batch = await plan(world, request());
    throttle("POST");
    expect(await applyAll(world, batch, NONE_MAY_FAIL)).toMatchObject({ state: "done", counts: { done: 2 } });
  });

  test("a batch that is resumed goes on at once, though it was waiting for a number to be recovered", async () => {
    moments.dieAt("written");
    const batch = await plan(world, request());
    await decide(world, "apply", batch, NONE_MAY_FAIL);
    await noted({ msg: "batch.run_ended", batchId: batch.id, isDue: true });
    await executeOnce(
      world.databaseUrl,
      "update switchhook.operation set lease_until = now() where state = 'open'",
    );
    expect(await world.switchhook.api.operations.recover()).toBe(1);
    await decide(world, "pause", batch);
    await decide(world, "resume", batch);
    expect(await untilEnded(world, batch.id)).toMatchObject({ state: "done", counts: { done: 2 } });
  });

  test("a number that is lost to recovery takes none with it to another phase", async () => {
    const [lost, last] = [await newNumber(world), await newNumber(world)];
    numbers = [first, last, lost];
    const batch = await plan(world, request());
    // The first goes on alone, and the others together when it has.
    const pauses = numbers.map(() => moments.pauseAt("state_read"));
    await decide(world, "apply", batch, NONE_MAY_FAIL);
    await Promise.all(pauses.map(({ reached }) => reached));
    const { id } = await lastOperation(world, lost);
    await executeOnce(
      world.databaseUrl,
      `update switchhook.operation set lease_owner = 'another' where id = '${id}'`,
    );
    for (const pause of pauses) pause.resume();
    await until(world, batch.id, ({ counts }) => counts.done === 2);
    for (const number of [first, last]) {
      const { phases } = await lastOperation(world, number);
      expect(phases.map(({ phase }: { phase: string }) => phase)).toEqual(["started", "writing", "finished"]);
    }
    await decide(world, "cancel", batch);
  });

  test("a plan leaves out no number that Twilio had no time for", async () => {
    throttle("GET");
    const { body } = await world.request("POST", "/api/batches", request());
    await runFailed(body.id);
    // Whatever is due is taken up.
    await world.switchhook.start();
    const planned = await until(world, body.id, ({ state }) => state === "planned");
    expect(planned.counts).toMatchObject({ pending: 2, skipped: 0 });
    expect(Object.keys(await itemsOf(world, planned))).toHaveLength(2);
  });
});
