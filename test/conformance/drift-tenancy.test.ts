// Three organizations on two accounts: a platform that lends a number to Ben, and Ana with an account of her own. A sweep is
// of one account, and what it finds is told to whoever holds the number.
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";
import { drifts, setPolicy, sweep } from "../support/drift.ts";
import {
  allocate,
  assign,
  freshNames,
  inTwilio,
  newNumber,
  type TestNumber,
  unassign,
} from "../support/numbers.ts";
import {
  connectOwnAccount,
  createKey,
  newNumberIn,
  type OwnAccount,
  type Person,
  signUp,
} from "../support/people.ts";
import { API_KEY, addAgent, createWorld, type World } from "../support/world.ts";

const THEIRS = "https://theirs.example.com/voice";

interface Tenant {
  readonly headers: Readonly<Record<string, string>>;
  readonly number: TestNumber;
}

describeEachDatabase("sweeps with three organizations on two accounts", (database) => {
  let world: World;
  let anasAccount: OwnAccount;
  let platform: Tenant;
  let ana: Tenant;
  let ben: Tenant;
  let benHimself: Person;
  beforeAll(async () => {
    world = await createWorld({ database });
    const anaHerself = await signUp(world, "Ana");
    benHimself = await signUp(world, "Ben");
    const anasKey = await createKey(world, anaHerself);
    anasAccount = await connectOwnAccount(world, anasKey, `AC${"b".repeat(32)}`);
    const lent = await newNumber(world);
    await allocate(world, lent, benHimself.orgId);
    platform = { headers: { "x-api-key": API_KEY }, number: await newNumber(world) };
    ana = { headers: anasKey, number: await newNumberIn(world, anasAccount, freshNames()) };
    ben = { headers: benHimself.headers, number: lent };
    await addAgent(world, "agent_456");
    for (const { headers } of [ana, ben]) {
      await world.request("POST", "/api/agents", { id: "agent_456", name: "Theirs" }, headers);
    }
    for (const { number, headers } of [platform, ana, ben]) {
      await assign(world, number, {}, headers);
      world.emulator.control.updateNumber(number.sid, { voice_url: THEIRS });
    }
  });
  afterAll(() => world.close());

  const seenBy = async ({ headers }: Tenant) =>
    (await drifts(world, "", headers)).map(({ phoneNumber }) => phoneNumber.id);

  test("a sweep reads, compares and counts the numbers of its own account, and tells each holder of theirs", async () => {
    world.emulator.control.clearRequests();
    expect((await sweep(world)).counts).toMatchObject({ listed: 2, compared: 2, opened: 2 });
    const accounts = world.emulator.control.requests().map(({ accountSid }) => accountSid);
    expect(accounts).not.toContain(anasAccount.sid);
    expect(await seenBy(platform)).toEqual([platform.number.id]);
    expect(await seenBy(ben)).toEqual([ben.number.id]);
    expect(await seenBy(ana)).toEqual([]);
    expect((await sweep(world, anasAccount.id, ana.headers)).counts).toMatchObject({ listed: 1, opened: 1 });
    expect(await seenBy(ana)).toEqual([ana.number.id]);
  });

  test("nobody sweeps, sees or sets anything about another organization's account or number", async () => {
    const path = `/api/twilio-accounts/${anasAccount.id}/sweep`;
    for (const method of ["POST", "GET"]) {
      expect(await world.request(method, path, undefined, ben.headers)).toMatchObject({
        status: 404,
        body: { code: "account_not_found" },
      });
    }
    expect(await drifts(world, `accountId=${anasAccount.id}`, ben.headers)).toEqual([]);
    expect(await drifts(world, `phoneNumberId=${ana.number.id}`, ben.headers)).toEqual([]);
    for (const about of [{ accountId: world.accountId }, { phoneNumberId: platform.number.id }]) {
      const body = { policies: [{ ...about, policy: "heal" }] };
      expect((await world.request("PUT", "/api/drift/policies", body, ben.headers)).status).toBe(404);
    }
  });

  test("a number that is lent follows its holder's policy, not its operator's", async () => {
    await setPolicy(world, { policy: "heal" });
    await setPolicy(world, { policy: "ignore", accountId: world.accountId, fieldClass: "voice" });
    await setPolicy(world, { policy: "alert" }, ben.headers);
    expect((await sweep(world)).counts).toMatchObject({ healed: 0, ended: 1 });
    expect(inTwilio(world, "numbers", ben.number.sid)).toMatchObject({ voice_url: THEIRS });
    const alerts = await world.request("GET", "/api/alerts", undefined, ben.headers);
    expect(alerts.body.alerts).toMatchObject([{ kind: "drift", phoneNumber: { id: ben.number.id } }]);
    expect((await world.request("GET", "/api/alerts")).body.alerts).toEqual([]);
    const { policies } = (await world.request("GET", "/api/drift/policies?limit=1")).body;
    expect(policies).toMatchObject([{ scope: "account", policy: "ignore" }]);
    const ofOne = `/api/drift/policies?phoneNumberId=${platform.number.id}`;
    expect((await world.request("GET", ofOne)).body.policies).toHaveLength(2);
    expect(await world.request("GET", ofOne, undefined, ben.headers)).toMatchObject({ status: 404 });
    const theirs = await world.request("GET", "/api/drift/policies", undefined, ben.headers);
    expect(theirs.body).toMatchObject({
      policies: [{ scope: "organization", policy: "alert" }],
      default: "observe",
    });
  });

  test("members see what differs, and leave sweeps and policies to admins", async () => {
    const headers = await createKey(world, benHimself, { role: "member" });
    expect(await drifts(world, "", headers)).toHaveLength(1);
    const body = { policies: [{ policy: "heal" }] };
    for (const [method, path, sent] of [
      ["PUT", "/api/drift/policies", body],
      ["POST", `/api/twilio-accounts/${world.accountId}/sweep`, undefined],
    ] as const) {
      const { status, body: problem } = await world.request(method, path, sent, headers);
      expect({ status, code: problem.code }).toEqual({ status: 403, code: "forbidden" });
    }
  });

  test("what was healed for an earlier holder of a number is no fight of the next one's", async () => {
    const number = await newNumber(world);
    const changeBack = () => {
      world.emulator.control.updateNumber(number.sid, { voice_url: THEIRS });
      return sweep(world);
    };
    await setPolicy(world, { policy: "heal", phoneNumberId: number.id });
    await setPolicy(world, { policy: "heal" }, ben.headers);
    await assign(world, number);
    for (let time = 1; time <= 3; time++) expect((await changeBack()).counts.healed).toBeGreaterThan(0);
    await unassign(world, number);
    await allocate(world, number, benHimself.orgId);
    await assign(world, number, {}, ben.headers);
    await changeBack();
    expect(inTwilio(world, "numbers", number.sid)).not.toMatchObject({ voice_url: THEIRS });
    const about = `/api/alerts?phoneNumberId=${number.id}`;
    expect((await world.request("GET", about, undefined, ben.headers)).body.alerts).toEqual([]);
  });
});
