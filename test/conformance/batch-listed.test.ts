// A batch of more than a few numbers reads them from the lists of their account, and one by one only where that does not do.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { fieldsInTwilio } from "../crash/twilio-fields.ts";
import { applyAll, itemsOf, plan } from "../support/batches.ts";
import { settableClock } from "../support/clock.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { allocate, freshNames, newService, writes } from "../support/numbers.ts";
import { signUp } from "../support/people.ts";
import { ACCOUNT_SID, addAgent, createWorld, type World } from "../support/world.ts";

const COUNT = 24;
const THEIRS = "https://theirs.example.com/voice";
const NO_CANARY = { canarySize: 0 };

describeEachDatabase("a batch of many numbers", (database) => {
  const clock = settableClock();
  let onStep: (step: string) => void = () => {};
  let world: World;
  let ids: readonly string[];
  let sids: readonly string[];
  beforeAll(async () => {
    world = await createWorld({ database, switchhook: { clock, onStep: (step) => onStep(step) } });
    await addAgent(world, "agent_456");
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    const { control } = world.emulator;
    const names = Array.from({ length: COUNT }, freshNames);
    sids = names.map(({ e164 }) => control.createNumber(ACCOUNT_SID, { phoneNumber: e164 }).sid);
    ids = names.map(({ id }) => id);
    const accounts = await world.request("GET", "/api/twilio-accounts");
    await world.request("POST", "/api/phone-numbers/import", {
      accountId: accounts.body.accounts[0].id,
      ids: Object.fromEntries(names.map(({ id, e164 }) => [e164, id])),
    });
    control.clearRequests();
  });
  afterEach(() => {
    onStep = () => {};
    world.emulator.control.clearFaults();
  });

  const assignment = (input: object = {}) => ({
    action: "assign",
    chatbotId: "agent_456",
    selection: { phoneNumberIds: ids },
    ...input,
  });
  const reads = (path: RegExp) =>
    world.emulator.control
      .requests()
      .filter((request) => request.method === "GET" && path.test(request.path));
  const numbersRead = () => reads(/IncomingPhoneNumbers\/PN/).length;
  const pagesRead = () => reads(/IncomingPhoneNumbers\.json/).length;

  test("is planned and changed with one request a number, and the lists", async () => {
    const batch = await plan(world, assignment());
    expect(batch.counts.pending).toBe(COUNT);
    expect([numbersRead(), pagesRead()]).toEqual([0, 1]);
    expect((await applyAll(world, batch, NO_CANARY)).counts).toMatchObject({ done: COUNT, failed: 0 });
    expect([numbersRead(), pagesRead(), writes(world).length]).toEqual([0, 2, COUNT]);
  });

  test("finds in the lists what was changed since it was planned, and leaves that alone", async () => {
    const [meddledId = "", meddledSid = ""] = [ids[3], sids[3]];
    const batch = await plan(world, assignment());
    world.emulator.control.updateNumber(meddledSid, { voice_url: THEIRS });
    const { counts } = await applyAll(world, batch, NO_CANARY);
    expect(counts).toMatchObject({ done: COUNT - 1, skipped: 1 });
    expect((await itemsOf(world, batch))[meddledId]?.problem.code).toBe("changed_since_plan");
    expect(fieldsInTwilio(world.emulator.control.snapshot(), meddledSid)("voiceUrl")).toBe(THEIRS);
  });

  test("finds in the lists which Messaging Service answers a number", async () => {
    newService(world, [sids[0] ?? ""]);
    const batch = await plan(world, assignment({ enableSms: true }));
    expect(batch.counts).toMatchObject({ pending: COUNT - 1, skipped: 1 });
    expect((await itemsOf(world, batch))[ids[0] ?? ""]?.problem.code).toBe("number_shadowed");
    expect(numbersRead()).toBe(0);
  });

  test("reads a number by itself where the list has become old", async () => {
    const batch = await plan(world, assignment());
    onStep = (step) => {
      if (step !== "opened") return;
      onStep = () => {};
      clock.advance(20_000);
    };
    expect((await applyAll(world, batch, NO_CANARY)).counts).toMatchObject({ done: COUNT });
    expect(numbersRead()).toBeGreaterThan(0);
  });

  test("reads number by number where the lists may not be read", async () => {
    world.emulator.control.addFault({
      method: "GET",
      path: "IncomingPhoneNumbers\\.json",
      times: 100,
      effect: { kind: "error", status: 403, code: 20003, message: "Forbidden" },
    });
    const batch = await plan(world, assignment());
    expect((await applyAll(world, batch, NO_CANARY)).counts).toMatchObject({ done: COUNT });
    expect(numbersRead()).toBeGreaterThanOrEqual(COUNT);
  });

  test("of numbers that were lent does not read the lists of the account that they are in", async () => {
    const ben = await signUp(world, "Ben");
    for (const id of ids) await allocate(world, { id }, ben.orgId);
    await world.request("POST", "/api/agents", { id: "agent_456", name: "Ben's" }, ben.headers);
    world.emulator.control.clearRequests();
    const batch = await plan(world, assignment(), ben.headers);
    expect((await applyAll(world, batch, NO_CANARY, ben.headers)).counts).toMatchObject({ done: COUNT });
    expect([numbersRead(), pagesRead()]).toEqual([2 * COUNT, 0]);
  });
});
