// What is refused about plans and batches: with a clear problem, and nothing is changed.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { applyAll, decide, itemsOf, plan, undoAll, until } from "../support/batches.ts";
import { settableClock } from "../support/clock.ts";
import { Moments } from "../support/moments.ts";
import {
  assign,
  everything,
  lastAuditEntry,
  newNumber,
  type TestNumber,
  unassign,
} from "../support/numbers.ts";
import { createKey, join, signUp } from "../support/people.ts";
import { addAgent, createWorld, type World } from "../support/world.ts";

const NO_CANARY = { canarySize: 0 };
const DAY_MS = 24 * 3_600_000;

describe("bad input about batches", () => {
  const clock = settableClock();
  const moments = new Moments();
  let world: World;
  let number: TestNumber;
  beforeAll(async () => {
    world = await createWorld({ database: "PostgreSQL", switchhook: { clock, onStep: moments.reach } });
    await addAgent(world, "agent_456");
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    number = await newNumber(world);
  });
  afterEach(() => moments.clear());

  const planOne = () =>
    plan(world, { action: "assign", chatbotId: "agent_456", selection: { phoneNumberIds: [number.id] } });
  const batchCount = async () => (await world.request("GET", "/api/batches?limit=200")).body.batches.length;

  test.each<[string, object, number, string]>([
    ["no selection", {}, 400, "invalid_input"],
    ["an empty selection", { selection: {} }, 400, "invalid_input"],
    ["an empty list", { selection: { phoneNumberIds: [] } }, 400, "invalid_input"],
    ["all and some", { selection: { all: true, search: "1" } }, 400, "invalid_input"],
    ["some and a list", { selection: { search: "1", phoneNumberIds: ["a"] } }, 400, "invalid_input"],
    ["an unknown member", { selection: { all: true }, sudo: true }, 400, "invalid_input"],
    ["an unknown way to select", { selection: { everything: true } }, 400, "invalid_input"],
    ["an unknown action", { action: "delete", selection: { all: true } }, 400, "invalid_input"],
    ["an assignment to nobody", { action: "assign", selection: { all: true } }, 400, "invalid_input"],
    [
      "an agent for an action without one",
      { chatbotId: "a", selection: { all: true } },
      400,
      "invalid_input",
    ],
    ["an unknown agent", { selection: { chatbotId: "nobody" } }, 404, "agent_not_found"],
    [
      "an assignment to an unknown agent",
      { action: "assign", chatbotId: "nobody", selection: { all: true } },
      404,
      "agent_not_found",
    ],
    ["an unknown account", { selection: { accountId: "acct_none" } }, 404, "account_not_found"],
    ["an unknown number", { selection: { phoneNumberIds: ["none"] } }, 404, "phone_number_not_found"],
    ["half a surrogate pair", { selection: { search: "\ud800" } }, 400, "invalid_input"],
  ])("a plan with %s is refused and leaves no plan", async (_name, body, status, code) => {
    const [before, count] = [await everything(world), await batchCount()];
    expect(await world.request("POST", "/api/batches", body)).toMatchObject({ status, body: { code } });
    expect(await everything(world)).toEqual(before);
    expect(await batchCount()).toBe(count);
  });

  test("a list of which one number is unknown is refused as a whole, and says which", async () => {
    const phoneNumberIds = [number.id, "phone_none"];
    const answer = await world.request("POST", "/api/batches", { selection: { phoneNumberIds } });
    expect(answer).toMatchObject({ status: 404, body: { phoneNumberIds: ["phone_none"] } });
  });

  test("a plan that has expired is not applied", async () => {
    const batch = await planOne();
    clock.advance(DAY_MS + 1);
    const before = await everything(world);
    expect(await decide(world, "apply", batch)).toMatchObject({
      status: 409,
      body: { code: "plan_expired" },
    });
    expect(await everything(world)).toEqual(before);
  });

  test("a plan is applied once", async () => {
    const batch = await planOne();
    await applyAll(world, batch, NO_CANARY);
    const before = await everything(world);
    expect(await decide(world, "apply", batch)).toMatchObject({
      status: 409,
      body: { code: "plan_applied" },
    });
    expect(await everything(world)).toEqual(before);
  });

  test("a plan that is applied twice at once is applied once", async () => {
    const batch = await planOne();
    const answers = await Promise.all([1, 2, 3].map(() => decide(world, "apply", batch, NO_CANARY)));
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(["202", "409", "409"]);
  });

  test.each([["pause"], ["resume"], ["undo"]])(
    "a plan that nobody has applied cannot be %sd",
    async (action) => {
      const batch = await planOne();
      expect(await decide(world, action, batch)).toMatchObject({
        status: 409,
        body: { code: "batch_state", state: "planned" },
      });
    },
  );

  test("a plan that was given up cannot be applied", async () => {
    const batch = await planOne();
    expect((await decide(world, "cancel", batch)).body).toMatchObject({ state: "cancelled" });
    expect(await decide(world, "apply", batch)).toMatchObject({ status: 409, body: { code: "batch_state" } });
  });

  test.each([[{ canarySize: -1 }], [{ canarySize: 1.5 }], [{ failureBudget: "1" }], [{ force: true }]])(
    "a plan is not applied with %j",
    async (body) => {
      const batch = await planOne();
      expect(await decide(world, "apply", batch, body)).toMatchObject({ status: 400 });
      expect(await world.request("GET", `/api/batches/${batch.id}`)).toMatchObject({
        body: { state: "planned" },
      });
    },
  );

  test("a batch is not undone while it is being applied, nor while it is being undone", async () => {
    const batch = await planOne();
    const pausing = moments.pauseAt("written");
    await decide(world, "apply", batch, NO_CANARY);
    await pausing.reached;
    expect(await decide(world, "undo", batch)).toMatchObject({ status: 409, body: { state: "running" } });
    pausing.resume();
    await until(world, batch.id, ({ state }) => state === "done");
    const undoing = moments.pauseAt("written");
    const { body } = await decide(world, "undo", batch);
    await undoing.reached;
    expect(await decide(world, "undo", batch)).toMatchObject({ status: 409, body: { batchId: body.id } });
    undoing.resume();
    await until(world, batch.id, ({ counts }) => counts.undone === 1);
  });

  test("a batch that is undone twice at once is undone by one batch", async () => {
    const batch = await planOne();
    await applyAll(world, batch, NO_CANARY);
    const undoing = moments.pauseAt("written");
    const answers = await Promise.all([1, 2, 3].map(() => decide(world, "undo", batch)));
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(["201", "409", "409"]);
    undoing.resume();
    await until(world, batch.id, ({ counts }) => counts.undone === 1);
  });

  test("an undo of numbers that have all moved on changes none of them, and names each", async () => {
    const batch = await planOne();
    await applyAll(world, batch, NO_CANARY);
    await unassign(world, number);
    const before = await everything(world);
    const undoing = await undoAll(world, batch);
    expect(undoing).toMatchObject({ state: "done", counts: { skipped: 1, done: 0 } });
    expect((await itemsOf(world, undoing))[number.id].problem.code).toBe("moved_on");
    expect(await everything(world)).toEqual(before);
  });

  test("a number that has gone from the organization since it was planned is skipped", async () => {
    const batch = await planOne();
    const somebody = await signUp(world, `Somebody${number.id}`);
    const path = `/api/phone-numbers/${number.id}/allocation`;
    await world.request("PUT", path, { organizationId: somebody.orgId });
    const before = await everything(world);
    expect(await applyAll(world, batch, NO_CANARY)).toMatchObject({ counts: { skipped: 1 } });
    expect((await itemsOf(world, batch))[number.id].problem.code).toBe("phone_number_not_found");
    expect(await everything(world)).toEqual(before);
  });

  test("an undo names a number that has gone to another organization, and changes nothing of it", async () => {
    const kept = await newNumber(world);
    const batch = await plan(world, {
      action: "assign",
      chatbotId: "agent_456",
      selection: { phoneNumberIds: [number.id, kept.id] },
    });
    await applyAll(world, batch, NO_CANARY);
    const somebody = await signUp(world, `Somebody${number.id}`);
    const path = `/api/phone-numbers/${number.id}/allocation`;
    await unassign(world, number);
    await world.request("PUT", path, { organizationId: somebody.orgId });
    const theirs = async () =>
      (await world.request("GET", `/api/phone-numbers/${number.id}`, undefined, somebody.headers)).body;
    const before = await theirs();
    const undoing = await undoAll(world, batch);
    expect(undoing).toMatchObject({ selected: 2, counts: { done: 1, skipped: 1 } });
    expect((await itemsOf(world, undoing))[number.id]).toMatchObject({
      state: "skipped",
      problem: { code: "moved_on" },
    });
    expect(await theirs()).toEqual(before);
  });

  test("a member plans and applies, but takes nothing over", async () => {
    const [owner, member] = [
      await signUp(world, `Owner${number.id}`),
      await signUp(world, `Member${number.id}`),
    ];
    await join(world, owner, member, "member");
    const headers = await createKey(world, owner, { role: "member" });
    await world.request("POST", "/api/agents", { id: "agent_456", name: "Theirs" }, owner.headers);
    const body = { action: "assign", chatbotId: "agent_456", takeover: true, selection: { all: true } };
    for (const who of [member.headers, headers]) {
      expect(await world.request("POST", "/api/batches", body, who)).toMatchObject({
        status: 403,
        body: { code: "forbidden" },
      });
    }
    const { status } = await world.request(
      "POST",
      "/api/batches",
      { ...body, takeover: false },
      member.headers,
    );
    expect(status).toBe(201);
  });

  test("what somebody decides is in the audit log, and what is refused is not", async () => {
    const batch = await planOne();
    await decide(world, "undo", batch);
    await decide(world, "cancel", batch);
    expect(await lastAuditEntry(world, batch.id)).toMatchObject({
      action: "batch.cancel",
      before: { state: "planned" },
      outcome: "committed",
    });
    await decide(world, "apply", batch);
    expect(await lastAuditEntry(world, batch.id)).toMatchObject({ action: "batch.cancel" });
  });

  test("a number that somebody is changing is skipped, and not waited for", async () => {
    await assign(world, number);
    world.emulator.control.updateNumber(number.sid, { voice_url: "" });
    const batch = await plan(world, { selection: { phoneNumberIds: [number.id] } });
    const held = moments.pauseAt("written");
    const configuring = world.request("POST", "/api/phone-numbers/webhooks", { phoneNumberId: number.id });
    await held.reached;
    expect(await applyAll(world, batch, NO_CANARY)).toMatchObject({ counts: { skipped: 1 } });
    expect((await itemsOf(world, batch))[number.id].problem.code).toBe("operation_in_progress");
    held.resume();
    await configuring;
  });
});
