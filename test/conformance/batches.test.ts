// A change of many numbers: planned, applied as it was planned, paused, given up, undone.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { fieldsInTwilio } from "../crash/twilio-fields.ts";
import { applyAll, decide, itemsOf, plan, undoAll, until, untilEnded } from "../support/batches.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { pause } from "../support/look-again.ts";
import { Moments, type Pause } from "../support/moments.ts";
import {
  assign,
  inTwilio,
  lastAuditEntry,
  lastOperation,
  newNumber,
  stored,
  type TestNumber,
  unassign,
  urlsOf,
  writes,
} from "../support/numbers.ts";
import { createServedWorld, type ServedWorld } from "../support/served-world.ts";
import { addAgent } from "../support/world.ts";

const THEIRS = "https://theirs.example.com/voice";
const NO_CANARY = { canarySize: 0 };

describeEachDatabase("a batch", (database) => {
  const moments = new Moments();
  let world: ServedWorld;
  /** A test's own numbers. */
  let numbers: readonly TestNumber[];
  let first: TestNumber;
  let second: TestNumber;
  let third: TestNumber;
  beforeAll(async () => {
    world = await createServedWorld(database, { onStep: moments.reach });
    await addAgent(world, "agent_456");
    await addAgent(world, "agent_789");
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    first = await newNumber(world, { voice_url: THEIRS });
    second = await newNumber(world, { voice_url: THEIRS });
    third = await newNumber(world, { voice_url: THEIRS });
    numbers = [first, second, third];
  });
  afterEach(() => moments.clear());

  const voiceUrl = ({ sid }: TestNumber) =>
    fieldsInTwilio(world.emulator.control.snapshot(), sid)("voiceUrl");
  const ours = () => urlsOf("agent_456", world.url).voice;
  const voiceUrls = () => numbers.map(voiceUrl);
  const agents = async () =>
    Promise.all(numbers.map(async (number) => (await stored(world, number)).chatbotId));
  const selection = () => ({ phoneNumberIds: numbers.map(({ id }) => id) });
  const planAssignment = () =>
    plan(world, { action: "assign", chatbotId: "agent_456", selection: selection() });
  const states = async (batch: { id: string }) =>
    Object.values(await itemsOf(world, batch)).map(({ state }) => state);

  test("is planned number by number, with what stands there and what would, and nothing is written", async () => {
    await assign(world, third, { chatbotId: "agent_789" });
    world.emulator.control.clearRequests();
    const batch = await planAssignment();
    expect(batch).toMatchObject({
      state: "planned",
      action: "assign",
      chatbotId: "agent_456",
      selected: 3,
      counts: { pending: 2, skipped: 1 },
      appliedAt: null,
    });
    expect(Date.parse(batch.expiresAt)).toBeGreaterThan(Date.parse(batch.createdAt));
    const items = await itemsOf(world, batch);
    expect(items[first.id].phoneNumber).toBe(first.e164);
    expect(items[first.id].changes).toContainEqual({
      resource: "number",
      sid: first.sid,
      field: "voiceUrl",
      before: THEIRS,
      after: ours(),
    });
    expect(items[third.id]).toMatchObject({
      state: "skipped",
      changes: [],
      chatbotIdBefore: "agent_789",
      problem: { code: "number_assigned" },
    });
    expect(writes(world)).toEqual([]);
    expect(await agents()).toEqual([null, null, "agent_789"]);
  });

  test("is applied as it was planned, and every number's change is an operation of its own", async () => {
    const batch = await planAssignment();
    const ended = await applyAll(world, batch);
    expect(ended).toMatchObject({ state: "done", counts: { done: 3, pending: 0 }, canarySize: 1 });
    expect(ended.canaryVerifiedAt).not.toBeNull();
    expect(voiceUrls()).toEqual([ours(), ours(), ours()]);
    expect(await agents()).toEqual(["agent_456", "agent_456", "agent_456"]);
    const items = await itemsOf(world, batch);
    const operation = await lastOperation(world, second);
    expect(operation).toMatchObject({ id: items[second.id].operationId, kind: "assign", state: "committed" });
    expect(operation.snapshot).not.toEqual([]);
    expect(await lastAuditEntry(world, second.id)).toMatchObject({ action: "phone_number.assign" });
    expect(await lastAuditEntry(world, batch.id)).toMatchObject({ action: "batch.apply" });
  });

  test("writes nothing where nothing differs", async () => {
    await applyAll(world, await planAssignment());
    world.emulator.control.clearRequests();
    const batch = await plan(world, { selection: selection() });
    expect(batch).toMatchObject({ action: "configure", counts: { unchanged: 3, pending: 0 } });
    expect(await applyAll(world, batch)).toMatchObject({ state: "done", counts: { unchanged: 3, done: 0 } });
    expect(writes(world)).toEqual([]);
    expect((await itemsOf(world, batch))[first.id].operationId).toBeNull();
  });

  test("does not overwrite what somebody has changed in Twilio since it was planned", async () => {
    const batch = await planAssignment();
    world.emulator.control.updateNumber(second.sid, { voice_url: "https://newer.example.com" });
    expect(await applyAll(world, batch)).toMatchObject({ state: "done", counts: { done: 2, skipped: 1 } });
    expect((await itemsOf(world, batch))[second.id].problem.code).toBe("changed_since_plan");
    expect(voiceUrls()).toEqual([ours(), "https://newer.example.com", ours()]);
    expect(await agents()).toEqual(["agent_456", null, "agent_456"]);
  });

  test("leaves a number alone that has got another agent since it was planned", async () => {
    const batch = await planAssignment();
    await assign(world, second, { chatbotId: "agent_789" });
    expect(await applyAll(world, batch)).toMatchObject({ counts: { done: 2, skipped: 1 } });
    expect((await itemsOf(world, batch))[second.id].problem.code).toBe("changed_since_plan");
    expect(await agents()).toEqual(["agent_456", "agent_789", "agent_456"]);
  });

  test("goes on to the others only when its canary is changed and verified", async () => {
    const written = moments.pauseAt("written");
    const batch = await planAssignment();
    await decide(world, "apply", batch);
    await written.reached;
    expect(await states(batch)).toEqual(["running", "pending", "pending"]);
    expect(voiceUrls()).toEqual([ours(), THEIRS, THEIRS]);
    written.resume();
    expect(await untilEnded(world, batch.id)).toMatchObject({ state: "done", counts: { done: 3 } });
  });

  test("does not stop because somebody is changing a number of its canary when that is looked at", async () => {
    const { control } = world.emulator;
    const batch = await planAssignment();
    let changing: Promise<unknown> | undefined;
    const changed = Promise.withResolvers<Pause>();
    moments.at("committed", async () => {
      const written = moments.pauseAt("written");
      changing = assign(world, first, { chatbotId: "agent_789", takeover: true });
      await written.reached;
      control.clearRequests();
      changed.resolve(written);
    });
    const applying = applyAll(world, batch);
    const change = await changed.promise;
    while (control.requests({ path: first.sid }).length === 0) await pause();
    change.resume();
    await changing;
    expect(await applying).toMatchObject({ state: "done", counts: { done: 3 } });
    expect(await agents()).toEqual(["agent_789", "agent_456", "agent_456"]);
  });

  test("stops when its canary fails, and the others are as they were", async () => {
    const batch = await planAssignment();
    const effect = { kind: "error", status: 400, code: 21402, message: "VoiceUrl is not valid" } as const;
    world.emulator.control.addFault({ method: "POST", path: first.sid, effect });
    expect(await applyAll(world, batch)).toMatchObject({
      state: "stopped",
      stopped: { reason: "canary_failed" },
      counts: { failed: 1, pending: 2 },
    });
    expect(voiceUrls()).toEqual([THEIRS, THEIRS, THEIRS]);
    expect(await agents()).toEqual([null, null, null]);
  });

  test("stops when more numbers fail than may", async () => {
    const batch = await planAssignment();
    const effect = { kind: "error", status: 400, code: 21402 } as const;
    const times = Number.POSITIVE_INFINITY;
    for (const { sid } of [first, second]) {
      world.emulator.control.addFault({ method: "POST", path: sid, times, effect });
    }
    const ended = await applyAll(world, batch, { ...NO_CANARY, failureBudget: 1 });
    expect(ended).toMatchObject({ state: "stopped", stopped: { reason: "failure_budget" } });
    expect((await itemsOf(world, batch))[first.id]).toMatchObject({
      state: "failed",
      problem: { code: "twilio_rejected" },
    });
    expect(voiceUrls().slice(0, 2)).toEqual([THEIRS, THEIRS]);
  });

  test("begins nothing more while it is paused, and goes on when it is resumed", async () => {
    const written = moments.pauseAt("written");
    const batch = await planAssignment();
    await decide(world, "apply", batch);
    await written.reached;
    expect((await decide(world, "pause", batch)).body).toMatchObject({ state: "paused" });
    written.resume();
    await until(world, batch.id, ({ counts }) => counts.done === 1);
    expect(await states(batch)).toEqual(["done", "pending", "pending"]);
    expect(await decide(world, "pause", batch)).toMatchObject({ status: 409, body: { code: "batch_state" } });
    expect((await decide(world, "resume", batch)).status).toBe(200);
    expect(await untilEnded(world, batch.id)).toMatchObject({ state: "done", counts: { done: 3 } });
  });

  test("leaves what is pending as it is when it is cancelled, and what is under way comes to its end", async () => {
    const written = moments.pauseAt("written");
    const batch = await planAssignment();
    await decide(world, "apply", batch);
    await written.reached;
    expect((await decide(world, "cancel", batch)).body).toMatchObject({ state: "cancelled" });
    expect(await decide(world, "undo", batch)).toMatchObject({ status: 409, body: { code: "batch_state" } });
    written.resume();
    await until(world, batch.id, ({ counts }) => counts.done === 1);
    expect(voiceUrls()).toEqual([ours(), THEIRS, THEIRS]);
    expect(await decide(world, "resume", batch)).toMatchObject({ status: 409, body: { state: "cancelled" } });
  });

  test("is undone: every number is as it was before, with the agent that it had", async () => {
    await assign(world, third, { chatbotId: "agent_789" });
    const before = numbers.map(({ sid }) => inTwilio(world, "numbers", sid));
    const batch = await plan(world, {
      action: "assign",
      chatbotId: "agent_456",
      takeover: true,
      selection: selection(),
    });
    await applyAll(world, batch);
    const undoing = await undoAll(world, batch);
    expect(undoing).toMatchObject({ state: "done", action: "undo", undoes: batch.id, counts: { done: 3 } });
    // Every number is tried.
    expect(undoing).toMatchObject({ failureBudget: 3 });
    const undone = await until(world, batch.id, ({ counts }) => counts.undone === 3);
    expect(undone).toMatchObject({ undoneBy: undoing.id, counts: { done: 0 } });
    expect(await agents()).toEqual([null, null, "agent_789"]);
    for (const [index, { sid }] of numbers.entries()) {
      const { date_updated: _, ...now } = inTwilio(world, "numbers", sid) as Record<string, unknown>;
      expect(before[index]).toMatchObject(now);
    }
    expect(await lastOperation(world, first)).toMatchObject({ kind: "undo", state: "committed" });
  });

  test("has nothing left to undo once it is undone, and says what was and what to do after an undo of the undo", async () => {
    const batch = await planAssignment();
    expect((await decide(world, "cancel", batch)).status).toBe(200);
    expect(await decide(world, "undo", batch)).toMatchObject({
      status: 409,
      body: { code: "batch_state", detail: "It has changed no number, so there is nothing to undo." },
    });
    const applied = await planAssignment();
    await applyAll(world, applied);
    const undo = await undoAll(world, applied);
    const again = await undoAll(world, undo);
    expect(again).toMatchObject({ undoes: undo.id, counts: { done: 3 } });
    expect(await agents()).toEqual(["agent_456", "agent_456", "agent_456"]);
    const refused = await decide(world, "undo", applied);
    expect(refused).toMatchObject({ status: 409, body: { code: "batch_state", batchId: undo.id } });
    expect(refused.body.detail).toContain("undoneBy");
    const { undoneBy } = await until(world, undo.id, ({ counts }) => counts.undone === 3);
    expect(undoneBy).toBe(again.id);
    await undoAll(world, again);
    expect(await agents()).toEqual([null, null, null]);
  });

  test("is undone without forgetting what stood there before the first assignment", async () => {
    world.emulator.control.updateNumber(second.sid, { sms_url: THEIRS });
    await assign(world, first);
    await assign(world, second, { enableSms: true });
    const without = { action: "assign", chatbotId: "agent_456", selection: { phoneNumberIds: [second.id] } };
    for (const body of [{ action: "unassign", selection: { phoneNumberIds: [first.id] } }, without]) {
      const batch = await plan(world, body);
      expect(await applyAll(world, batch, NO_CANARY)).toMatchObject({ counts: { done: 1 } });
      expect(await undoAll(world, batch)).toMatchObject({ counts: { done: 1 } });
    }
    for (const number of [first, second])
      expect((await unassign(world, number, { restore: true })).status).toBe(200);
    expect(inTwilio(world, "numbers", first.sid)).toMatchObject({ voice_url: THEIRS });
    expect(inTwilio(world, "numbers", second.sid)).toMatchObject({ voice_url: THEIRS, sms_url: THEIRS });
  });

  test("is undone but for numbers that have moved on, which are named", async () => {
    const batch = await planAssignment();
    await applyAll(world, batch);
    await unassign(world, first);
    world.emulator.control.updateNumber(second.sid, { voice_url: "https://newer.example.com" });
    const undoing = await undoAll(world, batch);
    expect(undoing).toMatchObject({ counts: { done: 1, skipped: 2 } });
    const items = await itemsOf(world, undoing);
    expect(items[first.id]).toMatchObject({ state: "skipped", problem: { code: "moved_on" } });
    expect(items[second.id]).toMatchObject({ state: "skipped", problem: { code: "moved_on" } });
    expect(voiceUrls()).toEqual(["", "https://newer.example.com", THEIRS]);
    expect(await agents()).toEqual([null, "agent_456", null]);
  });

  test("leaves a number to the batch that was applied before it", async () => {
    const written = moments.pauseAt("written");
    const earlier = await planAssignment();
    const later = await plan(world, {
      action: "assign",
      chatbotId: "agent_789",
      selection: { phoneNumberIds: [second.id] },
    });
    await decide(world, "apply", earlier);
    await written.reached;
    expect(await applyAll(world, later)).toMatchObject({ state: "done", counts: { skipped: 1, done: 0 } });
    const { problem } = (await itemsOf(world, later))[second.id];
    expect(problem).toEqual({ code: "number_in_batch", detail: expect.stringContaining(earlier.id) });
    written.resume();
    expect(await untilEnded(world, earlier.id)).toMatchObject({ counts: { done: 3 } });
    expect(await agents()).toEqual(["agent_456", "agent_456", "agent_456"]);
  });

  test("takes numbers from their agents, with what stood there before put back", async () => {
    await applyAll(world, await planAssignment());
    const batch = await plan(world, { action: "unassign", restore: true, selection: selection() });
    expect(await applyAll(world, batch)).toMatchObject({ state: "done", counts: { done: 3 } });
    expect(voiceUrls()).toEqual([THEIRS, THEIRS, THEIRS]);
    expect(await agents()).toEqual([null, null, null]);
  });

  test.each<[string, (search: string) => object, number]>([
    ["an agent's", () => ({ chatbotId: "agent_only_here" }), 2],
    ["a search's", (search) => ({ search }), 1],
    ["a health's", () => ({ chatbotId: "agent_only_here", health: "drifted" }), 0],
  ])("is planned for a selection: %s", async (_name, selected, count) => {
    await addAgent(world, "agent_only_here");
    for (const number of [first, second]) await assign(world, number, { chatbotId: "agent_only_here" });
    const batch = await plan(world, { selection: selected(first.e164) });
    expect(Object.keys(await itemsOf(world, batch))).toHaveLength(count);
    expect(batch.selected).toBe(count);
    for (const number of [first, second]) await unassign(world, number);
    await world.request("DELETE", "/api/agents/agent_only_here");
  });

  test("what a dry run says can be applied as it stands", async () => {
    await addAgent(world, "agent_of_dry_run");
    for (const number of numbers) await assign(world, number, { chatbotId: "agent_of_dry_run" });
    world.emulator.control.updateNumber(first.sid, { voice_url: THEIRS });
    const dryRun = { chatbotId: "agent_of_dry_run", dryRun: true };
    const { body } = await world.request("PUT", "/api/phone-numbers/webhooks", dryRun);
    expect(body.plan).toContainEqual({ phoneNumberId: first.id, changes: [expect.anything()] });
    expect(await applyAll(world, body.batch)).toMatchObject({
      state: "done",
      counts: { done: 1, unchanged: 2 },
    });
    expect(voiceUrl(first)).toBe(urlsOf("agent_of_dry_run", world.url).voice);
  });
});
