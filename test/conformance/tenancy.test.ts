// Three organizations: a platform that operates an account and lends its numbers, Ana with an account of her own, and
// Ben, who has only what the platform allocates to him.
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";
import {
  allocate,
  assign,
  freshNames,
  newNumber,
  stored,
  type TestNumber,
  takeBack,
  unassign,
  verify,
  writes,
} from "../support/numbers.ts";
import {
  connectOwnAccount,
  createKey,
  join,
  newNumberIn,
  type OwnAccount,
  type Person,
  signUp,
} from "../support/people.ts";
import { ACCOUNT_SID, type Answer, AUTH_TOKEN, addAgent, createWorld, type World } from "../support/world.ts";

const ANAS_ACCOUNT = `AC${"b".repeat(32)}`;

type Headers = Readonly<Record<string, string>>;

describeEachDatabase("tenancy", (database) => {
  let world: World;
  let ana: Person;
  let ben: Person;
  let anasKey: Headers;
  let anasAccount: OwnAccount;
  let anasNumber: TestNumber;
  beforeAll(async () => {
    world = await createWorld({ database });
    await addAgent(world, "agent_456");
    ana = await signUp(world, "Ana");
    ben = await signUp(world, "Ben");
    anasKey = await createKey(world, ana);
    anasAccount = await connectOwnAccount(world, anasKey, ANAS_ACCOUNT);
    // The same id as the platform's agent: ids belong to their organization.
    for (const person of [ana, ben]) await createAgent(person.headers, "agent_456", `${person.email}'s`);
    anasNumber = await newNumberIn(world, anasAccount, freshNames());
  });
  afterAll(() => world.close());

  const createAgent = (headers: Headers | undefined, id: string, name: string) =>
    world.request("POST", "/api/agents", { id, name }, headers);

  const LISTS = [
    ["/api/phone-numbers", "phoneNumbers"],
    ["/api/phone-numbers?operated=true", "phoneNumbers"],
    ["/api/agents", "agents"],
    ["/api/twilio-accounts", "accounts"],
    ["/api/operations", "operations"],
    ["/api/audit", "entries"],
  ] as const;

  test.each(LISTS)("%s lists an organization's own and nobody else's", async (path, key) => {
    const ours = await newNumber(world);
    await assign(world, ours);
    await assign(world, anasNumber, {}, anasKey);
    const list = async (headers?: Headers): Promise<string[]> => {
      const { status, body } = await world.request("GET", path, undefined, headers);
      expect(status).toBe(200);
      return body[key].map((item: object) => JSON.stringify(item));
    };
    const [platforms, anas, bens] = [await list(), await list(anasKey), await list(ben.headers)];
    expect(anas.length).toBeGreaterThan(0);
    for (const item of anas) {
      expect(platforms).not.toContain(item);
      expect(bens).not.toContain(item);
      expect(item).not.toContain(ours.sid);
      expect(item).not.toContain(ours.e164);
    }
    expect(platforms.join("")).not.toContain(anasNumber.e164);
    await unassign(world, anasNumber, {}, anasKey);
  });

  test.each<[string, (number: TestNumber, headers: Headers) => Promise<Answer>]>([
    ["sees", ({ id }, headers) => world.request("GET", `/api/phone-numbers/${id}`, undefined, headers)],
    ["assigns", (number, headers) => assign(world, number, {}, headers)],
    ["takes", (number, headers) => assign(world, number, { takeover: true }, headers)],
    ["unassigns", (number, headers) => unassign(world, number, {}, headers)],
    ["verifies", (number, headers) => verify(world, number, headers)],
    [
      "configures",
      ({ id }, headers) =>
        world.request("POST", "/api/phone-numbers/webhooks", { phoneNumberId: id }, headers),
    ],
    ["allocates", (number, headers) => allocate(world, number, ben.orgId, headers)],
    ["takes back", (number, headers) => takeBack(world, number, headers)],
    [
      "sees the operations of",
      ({ id }, headers) => world.request("GET", `/api/operations?phoneNumberId=${id}`, undefined, headers),
    ],
  ])("nobody %s another organization's number", async (_name, attempt) => {
    const ours = await newNumber(world);
    await assign(world, ours);
    await assign(world, anasNumber, {}, anasKey);
    const before = world.emulator.control.snapshot();
    expect(await attempt(ours, anasKey)).toMatchObject({
      status: 404,
      body: { code: "phone_number_not_found" },
    });
    expect(await attempt(ours, ben.headers)).toMatchObject({ status: 404 });
    expect(await attempt(anasNumber, ben.headers)).toMatchObject({ status: 404 });
    expect(world.emulator.control.snapshot()).toEqual(before);
    expect(await stored(world, ours)).toMatchObject({ chatbotId: "agent_456" });
    await unassign(world, anasNumber, {}, anasKey);
  });

  test("nobody sees an operation, an account or an agent of another organization", async () => {
    const ours = await newNumber(world);
    const { operation } = (await assign(world, ours)).body;
    await createAgent(undefined, "agent_of_platform", "Ours");
    const attempts: readonly (readonly [string, string, string])[] = [
      ["GET", `/api/operations/${operation.id}`, "operation_not_found"],
      ["GET", "/api/agents/agent_of_platform", "agent_not_found"],
      ["DELETE", "/api/agents/agent_of_platform", "agent_not_found"],
      ["DELETE", `/api/twilio-accounts/${world.accountId}`, "account_not_found"],
      ["GET", `/api/twilio-accounts/${world.accountId}/subaccounts`, "account_not_found"],
    ];
    for (const [method, path, code] of attempts) {
      expect(await world.request(method, path, undefined, anasKey)).toMatchObject({
        status: 404,
        body: { code },
      });
    }
    const importing = { accountId: world.accountId };
    expect(await world.request("POST", "/api/phone-numbers/import", importing, anasKey)).toMatchObject({
      status: 404,
      body: { code: "account_not_found" },
    });
  });

  test("configuring all numbers writes to the organization's own alone", async () => {
    const ours = await newNumber(world);
    await assign(world, ours);
    await assign(world, anasNumber, {}, anasKey);
    for (const { sid } of [ours, anasNumber]) world.emulator.control.updateNumber(sid, { voice_url: "" });
    world.emulator.control.clearRequests();
    const answer = await world.request("PUT", "/api/phone-numbers/webhooks", undefined, anasKey);
    expect(answer.body.results).toEqual({ success: 1, failed: 0, errors: [] });
    expect(writes(world).map(({ path }) => path)).toEqual([expect.stringContaining(anasNumber.sid)]);
    expect(world.emulator.control.requests({ path: ACCOUNT_SID })).toEqual([]);
    await unassign(world, anasNumber, {}, anasKey);
  });

  test("two organizations may choose the same ids, and each means its own", async () => {
    const ours = await newNumber(world);
    const anas = await newNumberIn(world, anasAccount, { ...freshNames(), id: ours.id });
    expect((await assign(world, anas, {}, anasKey)).body.phoneNumber).toMatchObject({
      phoneNumber: anas.e164,
      chatbot: { id: "agent_456", name: "ana@example.com's" },
    });
    expect(writes(world).map(({ path }) => path)).toEqual([expect.stringContaining(anas.sid)]);
    expect(await stored(world, ours)).toMatchObject({ phoneNumber: ours.e164, chatbotId: null });
  });

  test("importing an account that another organization operates takes none of its numbers", async () => {
    const number = await newNumber(world);
    await assign(world, number);
    const credentials = { accountSid: ACCOUNT_SID, authToken: AUTH_TOKEN };
    const connected = await world.request("POST", "/api/twilio-accounts", credentials, ben.headers);
    world.emulator.control.updateNumber(number.sid, { friendly_name: "Renamed" });
    const body = { accountId: connected.body.id };
    const importing = await world.request("POST", "/api/phone-numbers/import", body, ben.headers);
    expect(importing).toMatchObject({ status: 409, body: { code: "id_taken" } });
    expect(await stored(world, number)).toMatchObject({
      accountId: world.accountId,
      holderId: "org_default",
    });
    expect((await verify(world, number)).body).toMatchObject({ configured: true });
    await world.request("DELETE", `/api/twilio-accounts/${connected.body.id}`, undefined, ben.headers);
  });

  test.each<[string, (headers: Headers) => Headers]>([
    ["no origin", ({ cookie = "" }) => ({ cookie })],
    ["another page's origin", (headers) => ({ ...headers, origin: "https://evil.example.com" })],
    ["an opaque origin", (headers) => ({ ...headers, origin: "null" })],
    ["another site's referrer", ({ cookie = "" }) => ({ cookie, referer: "https://evil.example.com/page" })],
  ])("a session with %s changes nothing, but may look", async (_name, forge) => {
    const headers = forge(ana.headers);
    const before = world.emulator.control.snapshot();
    const refusals = await Promise.all([
      assign(world, anasNumber, {}, headers),
      unassign(world, anasNumber, {}, headers),
      world.request("PUT", "/api/phone-numbers/webhooks", undefined, headers),
      createAgent(headers, "agent_forged", "Forged"),
    ]);
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({ status: 403, body: { code: "origin_not_allowed" } });
    }
    expect(world.emulator.control.snapshot()).toEqual(before);
    expect((await world.request("GET", "/api/agents", undefined, headers)).body.agents).toHaveLength(1);
  });

  test("a member assigns numbers, but neither connects accounts nor moves numbers in or out", async () => {
    const carla = await signUp(world, `Carla${database}`);
    await join(world, ana, carla, "member");
    const membersKey = await createKey(world, ana, { role: "member" });
    for (const headers of [carla.headers, membersKey]) {
      const requests: readonly (readonly [string, string, object?])[] = [
        ["POST", "/api/twilio-accounts", { accountSid: ANAS_ACCOUNT, authToken: "any" }],
        ["POST", "/api/twilio-accounts/emulated"],
        ["DELETE", `/api/twilio-accounts/${anasAccount.id}`],
        ["GET", `/api/twilio-accounts/${anasAccount.id}/subaccounts`],
        ["POST", `/api/twilio-accounts/${anasAccount.id}/subaccounts`, { accountSid: ANAS_ACCOUNT }],
        ["POST", "/api/phone-numbers/import", { accountId: anasAccount.id }],
        ["PUT", `/api/phone-numbers/${anasNumber.id}/allocation`, { organizationId: ben.orgId }],
        ["DELETE", `/api/phone-numbers/${anasNumber.id}/allocation`],
        ["GET", "/api/phone-numbers?operated=true"],
      ];
      for (const [method, path, body] of requests) {
        const answer = await world.request(method, path, body, headers);
        expect(answer, `${method} ${path}`).toMatchObject({ status: 403, body: { code: "forbidden" } });
      }
      expect((await assign(world, anasNumber, {}, headers)).status).toBe(200);
      expect((await unassign(world, anasNumber, {}, headers)).status).toBe(200);
    }
  });

  test("a member takes nothing over; an admin does", async () => {
    const [membersKey, adminsKey] = [
      await createKey(world, ana, { role: "member" }),
      await createKey(world, ana, { role: "admin" }),
    ];
    await createAgent(anasKey, "agent_789", "Ana's other");
    await assign(world, anasNumber, {}, anasKey);
    const before = world.emulator.control.snapshot();
    const takeover = { chatbotId: "agent_789", takeover: true };
    expect(await assign(world, anasNumber, takeover, membersKey)).toMatchObject({
      status: 403,
      body: { code: "forbidden", detail: expect.stringContaining("admin") },
    });
    expect(world.emulator.control.snapshot()).toEqual(before);
    const ordinary = { takeover: false };
    expect((await assign(world, anasNumber, ordinary, membersKey)).status).toBe(200);
    expect((await assign(world, anasNumber, takeover, adminsKey)).body.phoneNumber).toMatchObject({
      chatbotId: "agent_789",
    });
    await unassign(world, anasNumber, {}, anasKey);
  });
});
