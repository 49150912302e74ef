// Three organizations on two accounts: a platform that lends a number of its account to Ben, and Ana with an account of her
// own. Whoever plans a change of all numbers means their own.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { fieldsInTwilio } from "../crash/twilio-fields.ts";
import { applyAll, decide, itemsOf, plan, undoAll, until } from "../support/batches.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { Moments } from "../support/moments.ts";
import { allocate, assign, freshNames, newNumber, type TestNumber } from "../support/numbers.ts";
import { connectOwnAccount, createKey, newNumberIn, type OwnAccount, signUp } from "../support/people.ts";
import { API_KEY, addAgent, createWorld, type World } from "../support/world.ts";

const THEIRS = "https://theirs.example.com/voice";
const NO_CANARY = { canarySize: 0 };
const ALL = { selection: { all: true } };

type Headers = Readonly<Record<string, string>>;
interface Tenant {
  readonly headers: Headers;
  readonly number: TestNumber;
}

describeEachDatabase("batches of three organizations on two accounts", (database) => {
  const moments = new Moments();
  let world: World;
  let anasAccount: OwnAccount;
  let platform: Tenant;
  let ana: Tenant;
  let ben: Tenant;
  let bensOrgId: string;
  let tenants: readonly Tenant[];
  beforeAll(async () => {
    world = await createWorld({ database, switchhook: { onStep: moments.reach } });
    const [anaHerself, benHimself] = [await signUp(world, "Ana"), await signUp(world, "Ben")];
    const anasKey = await createKey(world, anaHerself);
    anasAccount = await connectOwnAccount(world, anasKey, `AC${"b".repeat(32)}`);
    bensOrgId = benHimself.orgId;
    const lent = await newNumber(world);
    await allocate(world, lent, benHimself.orgId);
    platform = { headers: { "x-api-key": API_KEY }, number: await newNumber(world) };
    ana = { headers: anasKey, number: await newNumberIn(world, anasAccount, freshNames()) };
    ben = { headers: benHimself.headers, number: lent };
    tenants = [platform, ana, ben];
    await addAgent(world, "agent_456");
    // The same id: ids belong to their organization.
    for (const { headers } of [ana, ben]) {
      await world.request("POST", "/api/agents", { id: "agent_456", name: "Theirs" }, headers);
    }
    for (const { number, headers } of tenants) await assign(world, number, {}, headers);
  });
  afterAll(() => world.close());
  beforeEach(() => {
    for (const { number } of tenants) world.emulator.control.updateNumber(number.sid, { voice_url: THEIRS });
    world.emulator.control.clearRequests();
  });

  const voiceUrl = ({ number }: Tenant) =>
    fieldsInTwilio(world.emulator.control.snapshot(), number.sid)("voiceUrl");
  const tenant = (name: "platform" | "ana" | "ben") => ({ platform, ana, ben })[name];

  test.each([["platform"], ["ana"], ["ben"]] as const)(
    "of all numbers, %s's are read, planned, changed, counted and undone, and nobody else's",
    async (name) => {
      const { headers, number } = tenant(name);
      const batch = await plan(world, ALL, headers);
      expect(batch).toMatchObject({ selected: 1, counts: { pending: 1, skipped: 0, unchanged: 0 } });
      expect(Object.keys(await itemsOf(world, batch, headers))).toEqual([number.id]);
      await applyAll(world, batch, NO_CANARY, headers);
      expect(voiceUrl(tenant(name))).not.toBe(THEIRS);
      await undoAll(world, batch, headers);
      for (const other of tenants) expect(voiceUrl(other)).toBe(THEIRS);
      const paths = world.emulator.control.requests().map(({ path }) => path);
      const touched = tenants.filter((other) => paths.some((path) => path.includes(other.number.sid)));
      expect(touched).toEqual([tenant(name)]);
    },
  );

  test.each([["platform"], ["ana"], ["ben"]] as const)(
    "configuring everything configures %s's numbers and nobody else's",
    async (name) => {
      const { headers } = tenant(name);
      const { body } = await world.request("PUT", "/api/phone-numbers/webhooks", undefined, headers);
      expect(body.results).toEqual({ success: 1, failed: 0, errors: [] });
      const changed = tenants.filter((other) => voiceUrl(other) !== THEIRS);
      expect(changed).toEqual([tenant(name)]);
    },
  );

  test("somebody else's numbers, agents and accounts select nothing, as if they did not exist", async () => {
    const attempts: readonly (readonly [object, string])[] = [
      [{ phoneNumberIds: [ben.number.id, ana.number.id] }, "phone_number_not_found"],
      [{ accountId: anasAccount.id }, "account_not_found"],
      [{ accountId: world.accountId }, "account_not_found"],
    ];
    for (const [selection, code] of attempts) {
      expect(await world.request("POST", "/api/batches", { selection }, ben.headers)).toMatchObject({
        status: 404,
        body: { code },
      });
    }
    const missing = await world.request(
      "POST",
      "/api/batches",
      { selection: { phoneNumberIds: ["phone_that_nobody_has"] } },
      ben.headers,
    );
    const foreign = await world.request(
      "POST",
      "/api/batches",
      { selection: { phoneNumberIds: [ana.number.id] } },
      ben.headers,
    );
    expect(foreign.body.detail.replace(ana.number.id, "…")).toBe(
      missing.body.detail.replace("phone_that_nobody_has", "…"),
    );
    expect((await world.request("GET", "/api/batches", undefined, ben.headers)).body.batches).not.toEqual([]);
    expect(world.emulator.control.requests()).toEqual([]);
  });

  test("an account's selection has the numbers that its operator holds, not those that it has lent", async () => {
    const batch = await plan(world, { selection: { accountId: world.accountId } }, platform.headers);
    expect(Object.keys(await itemsOf(world, batch))).toEqual([platform.number.id]);
  });

  test("nobody sees, applies, stops or undoes another organization's batch", async () => {
    const batch = await plan(world, ALL, ana.headers);
    const missing = await decide(world, "apply", { id: "batch_that_nobody_has" }, undefined, ben.headers);
    for (const { headers } of [platform, ben]) {
      const { batches } = (await world.request("GET", "/api/batches", undefined, headers)).body;
      expect(batches.map(({ id }: { id: string }) => id)).not.toContain(batch.id);
      for (const path of ["", "/items", "/events"]) {
        const seen = await world.request("GET", `/api/batches/${batch.id}${path}`, undefined, headers);
        expect(seen).toMatchObject({ status: 404, body: { code: "batch_not_found" } });
      }
      for (const action of ["apply", "pause", "resume", "cancel", "undo"]) {
        const { status, body } = await decide(world, action, batch, undefined, headers);
        expect({ status, ...body, requestId: "" }).toEqual({
          status: 404,
          ...missing.body,
          requestId: "",
        });
      }
    }
    expect(await world.request("GET", `/api/batches/${batch.id}`, undefined, ana.headers)).toMatchObject({
      body: { state: "planned", counts: { pending: 1 } },
    });
  });

  test("a batch of an earlier holder keeps a number that is lent by now from nobody's batches", async () => {
    const numbers = [await newNumber(world), await newNumber(world)];
    const intent = { action: "assign", chatbotId: "agent_456" };
    const mine = await plan(world, {
      ...intent,
      selection: { phoneNumberIds: numbers.map(({ id }) => id) },
    });
    const written = moments.pauseAt("written");
    await decide(world, "apply", mine, { canarySize: 1 });
    await written.reached;
    await decide(world, "pause", mine);
    written.resume();
    await until(world, mine.id, ({ counts }) => counts.done === 1);
    const items = await itemsOf(world, mine);
    const pending = numbers.filter(({ id }) => items[id].state === "pending");
    expect(pending).toHaveLength(1);
    for (const number of pending) await allocate(world, number, bensOrgId);

    const theirs = { ...intent, selection: { phoneNumberIds: pending.map(({ id }) => id) } };
    const batch = await plan(world, theirs, ben.headers);
    expect(await applyAll(world, batch, NO_CANARY, ben.headers)).toMatchObject({
      counts: { done: 1, skipped: 0 },
    });
    await decide(world, "cancel", mine);
  });
});
