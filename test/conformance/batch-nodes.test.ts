// A batch runs on any node: on one at a time, decided on from another, and taken over from one that is stuck.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { applyAll, decide, itemsOf, plan, until, untilEnded } from "../support/batches.ts";
import { settableClock } from "../support/clock.ts";
import { executeOnce } from "../support/execute-once.ts";
import { Moments } from "../support/moments.ts";
import { assign, inTwilio, newNumber, stored, type TestNumber, urlsOf, writes } from "../support/numbers.ts";
import { createServedWorld, type ServedWorld } from "../support/served-world.ts";
import { addAgent, startNode } from "../support/world.ts";

const LEASE_MS = 60_000;
const NO_CANARY = { canarySize: 0 };

const clock = settableClock();
/** Of the first node. The other one is never held up. */
const moments = new Moments();
let world: ServedWorld;
let other: Awaited<ReturnType<typeof startNode>>;
let numbers: readonly TestNumber[];
beforeAll(async () => {
  const shared = { clock, leaseMs: LEASE_MS };
  world = await createServedWorld("PostgreSQL", { ...shared, onStep: moments.reach });
  other = await startNode(world, { ...shared, publicUrl: world.url });
  await addAgent(world, "agent_456");
});
afterAll(async () => {
  await other.switchhook.stop();
  await world.close();
});
beforeEach(async () => {
  numbers = [await newNumber(world), await newNumber(world), await newNumber(world)];
});
afterEach(() => moments.clear());

const planned = () =>
  plan(world, {
    action: "assign",
    chatbotId: "agent_456",
    selection: { phoneNumberIds: numbers.map(({ id }) => id) },
  });
const runDueThere = () => other.switchhook.api.batches.runDue();
const areAllAssigned = async () => {
  for (const number of numbers) {
    expect(inTwilio(world, "numbers", number.sid)).toMatchObject({
      voice_url: urlsOf("agent_456", world.url).voice,
    });
    expect(await stored(world, number)).toMatchObject({ chatbotId: "agent_456", openOperationId: null });
  }
};

test("a batch that one node runs is nobody else's, and every number is written once", async () => {
  const batch = await planned();
  const pause = moments.pauseAt("written");
  await decide(world, "apply", batch, NO_CANARY);
  await pause.reached;
  await runDueThere();
  expect(await until(other, batch.id, () => true)).toMatchObject({ state: "running" });
  pause.resume();
  expect(await untilEnded(other, batch.id)).toMatchObject({ state: "done", counts: { done: 3 } });
  expect(writes(world)).toHaveLength(3);
  await areAllAssigned();
});

test("a batch is paused through one node while another runs it, and goes on when it is resumed", async () => {
  const batch = await planned();
  const pause = moments.pauseAt("written");
  await decide(world, "apply", batch, { canarySize: 1 });
  await pause.reached;
  expect(await decide(other, "pause", batch)).toMatchObject({ status: 200, body: { state: "paused" } });
  pause.resume();
  const { counts } = await until(other, batch.id, ({ counts: { done } }) => done > 0);
  expect(counts).toMatchObject({ done: 1, running: 0, pending: 2 });
  expect(writes(world)).toHaveLength(1);

  await decide(other, "resume", batch);
  expect(await untilEnded(world, batch.id)).toMatchObject({ state: "done", counts: { done: 3 } });
  expect(writes(world)).toHaveLength(3);
  await areAllAssigned();
});

test("a batch that is stuck on one node is taken over by another, and what was stuck writes nothing any more", async () => {
  const batch = await planned();
  const stuck = moments.pauseAt("writing");
  await decide(world, "apply", batch, NO_CANARY);
  await stuck.reached;
  clock.advance(LEASE_MS + 1);
  await other.switchhook.api.operations.recover();
  await runDueThere();
  expect(await untilEnded(other, batch.id)).toMatchObject({ state: "done" });
  const items = Object.values(await itemsOf(other, batch));
  const after = world.emulator.control.snapshot();
  world.emulator.control.clearRequests();

  stuck.resume();
  await until(world, batch.id, () => true);
  await world.switchhook.api.batches.runDue();
  expect(writes(world)).toEqual([]);
  expect(world.emulator.control.snapshot()).toEqual(after);
  expect(Object.values(await itemsOf(world, batch))).toEqual(items);
  for (const { state } of items) expect(state).toBe("done");
  await areAllAssigned();
  expect(await applyAll(other, await planned(), NO_CANARY)).toMatchObject({ state: "done" });
  expect(writes(world)).toEqual([]);
});

test("a batch is undone also where the change before it has an id of a node whose machine's clock is ahead", async () => {
  const [number = await newNumber(world)] = numbers;
  const { operation } = (await assign(world, number)).body;
  await executeOnce(
    world.databaseUrl,
    `update switchhook.operation set id = 'op_ffffffff-ffff-7fff-bfff-ffffffffffff' where id = '${operation.id}'`,
  );
  clock.advance(1_000);
  await addAgent(world, "agent_789");
  const intent = { action: "assign", chatbotId: "agent_789", takeover: true };
  const batch = await plan(world, { ...intent, selection: { phoneNumberIds: [number.id] } });
  expect(await applyAll(world, batch, NO_CANARY)).toMatchObject({ state: "done", counts: { done: 1 } });
  const undo = await decide(world, "undo", batch);
  expect(await untilEnded(world, undo.body.id)).toMatchObject({ counts: { done: 1, skipped: 0 } });
  expect(await stored(world, number)).toMatchObject({ chatbotId: "agent_456" });
});
