// A platform operates one account and lends its numbers to the organizations of its customers.
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";
import {
  allocate,
  assign,
  freshNames,
  newNumber,
  stored,
  takeBack,
  unassign,
  verify,
} from "../support/numbers.ts";
import { connectOwnAccount, newNumberIn, type OwnAccount, type Person, signUp } from "../support/people.ts";
import { addAgent, createWorld, type World } from "../support/world.ts";

const ANAS_ACCOUNT = `AC${"b".repeat(32)}`;

describeEachDatabase("allocation", (database) => {
  let world: World;
  let ana: Person;
  let ben: Person;
  let anasAccount: OwnAccount;
  beforeAll(async () => {
    world = await createWorld({ database });
    await addAgent(world, "agent_456");
    ana = await signUp(world, "Ana");
    ben = await signUp(world, "Ben");
    anasAccount = await connectOwnAccount(world, ana.headers, ANAS_ACCOUNT);
    const agent = { id: "agent_456", name: "ben@example.com's" };
    await world.request("POST", "/api/agents", agent, ben.headers);
  });
  afterAll(() => world.close());

  test("a holder assigns an allocated number and sees nothing of the operator's account", async () => {
    const number = await newNumber(world);
    expect(await allocate(world, number, ben.orgId)).toMatchObject({
      status: 200,
      body: { id: number.id, holderId: ben.orgId, accountId: world.accountId },
    });
    const seen = await world.request("GET", `/api/phone-numbers/${number.id}`, undefined, ben.headers);
    expect(seen.body).toMatchObject({ id: number.id, phoneNumber: number.e164 });
    expect(seen.body).not.toHaveProperty("accountId");
    expect(seen.body).not.toHaveProperty("holderId");

    const assigned = await assign(world, number, {}, ben.headers);
    expect(assigned.body.phoneNumber.chatbot).toEqual({ id: "agent_456", name: "ben@example.com's" });
    expect((await verify(world, number, ben.headers)).body).toMatchObject({ configured: true });
    expect(await assign(world, number)).toMatchObject({ status: 404 });
    const operated = await world.request(
      "GET",
      `/api/phone-numbers?operated=true&search=${number.e164.slice(1)}`,
    );
    expect(operated.body.phoneNumbers).toMatchObject([
      { id: number.id, holderId: ben.orgId, chatbotId: null },
    ]);
    const accounts = await world.request("GET", "/api/twilio-accounts", undefined, ben.headers);
    expect(accounts.body.accounts).toEqual([]);
  });

  test("an allocated number is taken back when its holder has unassigned it, and not before", async () => {
    const number = await newNumber(world);
    await allocate(world, number, ben.orgId);
    await assign(world, number, {}, ben.headers);
    expect(await takeBack(world, number)).toMatchObject({ status: 409, body: { code: "number_assigned" } });
    expect(await allocate(world, number, ana.orgId)).toMatchObject({
      status: 409,
      body: { code: "number_allocated" },
    });
    expect((await verify(world, number, ben.headers)).body).toMatchObject({ configured: true });

    await unassign(world, number, {}, ben.headers);
    expect(await takeBack(world, number)).toMatchObject({ status: 200, body: { holderId: "org_default" } });
    expect(await verify(world, number, ben.headers)).toMatchObject({ status: 404 });
    expect((await assign(world, number)).status).toBe(200);
    expect(await allocate(world, number, ben.orgId)).toMatchObject({
      status: 409,
      body: { code: "number_assigned" },
    });
  });

  test("an allocation is in both organizations' audit logs, and both chains hold", async () => {
    const number = await newNumber(world);
    await allocate(world, number, ben.orgId);
    await takeBack(world, number);
    for (const headers of [undefined, ben.headers]) {
      const { body } = await world.request("GET", `/api/audit?targetId=${number.id}`, undefined, headers);
      expect(body.entries.map(({ action }: { action: string }) => action)).toEqual([
        "phone_number.take_back",
        "phone_number.allocate",
      ]);
      const verdict = await world.request("GET", "/api/audit/verify", undefined, headers);
      expect(verdict.body).toMatchObject({ valid: true });
    }
  });

  test.each([
    ["an organization that does not exist", () => "org_none", "organization_not_found", 404],
    ["an organization that has a number of that id", () => ana.orgId, "id_taken", 409],
  ])("a number is not allocated to %s", async (_name, orgId, code, status) => {
    const number = await newNumber(world);
    await newNumberIn(world, anasAccount, { ...freshNames(), id: number.id });
    expect(await allocate(world, number, orgId())).toMatchObject({ status, body: { code } });
    expect(await stored(world, number)).toMatchObject({ holderId: "org_default" });
  });
});
