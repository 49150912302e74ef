// Who answers is kept in memory: fresh on every node, and there when the database is not.
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { signWebhook } from "../../emulator/index.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { allocate, assign, newNumber, type TestNumber, unassign } from "../support/numbers.ts";
import { refuseListeners } from "../support/outage.ts";
import { type Person, signUp } from "../support/people.ts";
import { startPostgres } from "../support/postgres.ts";
import { callTo, endOfCallTo, type Params } from "../support/served-world.ts";
import {
  ACCOUNT_SID,
  AUTH_TOKEN,
  addAgent,
  addNumber,
  createWorld,
  PUBLIC_URL,
  startNode,
  type World,
} from "../support/world.ts";

type Node = Pick<World, "switchhook" | "request">;

/** A webhook as Twilio sends it, straight to one node. */
async function post(
  { switchhook }: Node,
  path: string,
  params: Params,
  authToken = AUTH_TOKEN,
): Promise<{ readonly status: number; readonly text: string }> {
  const url = `${PUBLIC_URL}${path}`;
  const headers = { "x-twilio-signature": signWebhook({ url, params, authToken }) };
  const body = new URLSearchParams(params);
  const response = await switchhook.fetch(new Request(url, { method: "POST", headers, body }));
  return { status: response.status, text: await response.text() };
}

const call = (node: Node, number: TestNumber) => post(node, "/api/twilio/voice", callTo(number));
const rejects = expect.stringContaining("<Reject");
const says = (text: string) => expect.stringContaining(`>${text}<`);

/** Asks until the answer is as expected, for at most 15 s. */
function expectEventually(ask: () => Promise<unknown>, expected: unknown): Promise<unknown> {
  return vi.waitFor(async () => expect(await ask()).toMatchObject(expected as object), {
    timeout: 15_000,
    interval: 10,
  });
}

describeEachDatabase("the very next call", (database) => {
  let world: World;
  let ben: Person;
  beforeAll(async () => {
    world = await createWorld({ database });
    await addAgent(world, "agent_456");
    await addAgent(world, "agent_789");
    ben = await signUp(world, "Ben");
    const voice = { kind: "say", text: "Ben speaking." };
    await world.request("POST", "/api/agents", { id: "agent_456", name: "Ben's", voice }, ben.headers);
  });
  afterAll(() => world.close());

  test("after an assignment, another one, and its end is answered accordingly", async () => {
    const number = await newNumber(world);
    expect(await call(world, number)).toEqual({ status: 200, text: rejects });
    await assign(world, number);
    expect(await call(world, number)).toEqual({ status: 200, text: says("This is agent_456.") });
    await assign(world, number, { chatbotId: "agent_789", takeover: true });
    expect(await call(world, number)).toEqual({ status: 200, text: says("This is agent_789.") });
    await unassign(world, number);
    expect(await call(world, number)).toEqual({ status: 200, text: rejects });
  });

  test("after an agent was changed hears the change", async () => {
    const number = await newNumber(world);
    await world.request("POST", "/api/agents", { id: "agent_new", name: "New" });
    await assign(world, number, { chatbotId: "agent_new" });
    const voice = { kind: "say", text: "Changed." };
    await world.request("PATCH", "/api/agents/agent_new", { voice });
    expect(await call(world, number)).toEqual({ status: 200, text: says("Changed.") });
  });

  test("after an allocation and an assignment by the new holder is answered by the holder's agent", async () => {
    const number = await newNumber(world);
    await allocate(world, number, ben.orgId);
    expect(await call(world, number)).toEqual({ status: 200, text: rejects });
    await assign(world, number, {}, ben.headers);
    expect(await call(world, number)).toEqual({ status: 200, text: says("Ben speaking.") });
  });

  test("after a change through the library is answered accordingly as well", async () => {
    const { api, defaultOrganizationId: orgId } = world.switchhook;
    const actor = { orgId, userId: "host", role: "owner" } as const;
    const number = await newNumber(world);
    await api.agents.create(actor, { id: "agent_lib", name: "Library's", voice: say("Of the library.") });
    await api.phoneNumbers.assign(actor, { phoneNumberId: number.id, agentId: "agent_lib" });
    expect(await call(world, number)).toEqual({ status: 200, text: says("Of the library.") });
    await api.agents.change(actor, "agent_lib", { voice: say("Changed by the library.") });
    expect(await call(world, number)).toEqual({ status: 200, text: says("Changed by the library.") });
    await api.phoneNumbers.unassign(actor, { phoneNumberId: number.id });
    expect(await call(world, number)).toEqual({ status: 200, text: rejects });
  });

  test("of an account is refused once that is disconnected", async () => {
    const sid = `AC${"d".repeat(32)}`;
    world.emulator.control.createAccount({ sid, authToken: "its token" });
    const params = { ...callTo({ e164: "+14155550199" }), AccountSid: sid };
    const ask = () => post(world, "/api/twilio/voice", params, "its token");
    expect(await ask()).toMatchObject({ status: 403 });
    const connected = await world.request("POST", "/api/twilio-accounts", {
      accountSid: sid,
      authToken: "its token",
    });
    expect(await ask()).toEqual({ status: 200, text: rejects });
    await world.request("DELETE", `/api/twilio-accounts/${connected.body.id}`);
    expect(await ask()).toMatchObject({ status: 403, text: expect.stringContaining("not an account") });
  });

  test("is counted by what the metrics say", async () => {
    const metrics = async () => String((await world.request("GET", "/metrics")).body);
    const routes = async () => Number(/^switchhook_routes (\d+)$/m.exec(await metrics())?.[1]);
    expect(await metrics()).toContain("switchhook_change_feed_listening 1");
    const before = await routes();
    const number = await newNumber(world);
    await assign(world, number);
    expect(await routes()).toBe(before + 1);
  });
});

function say(text: string) {
  return { kind: "say", text, language: "en-US" } as const;
}

describe("a second node on PostgreSQL", () => {
  let world: World;
  let other: Node;
  beforeAll(async () => {
    world = await createWorld({ database: "PostgreSQL" });
    await addAgent(world, "agent_456");
    await addAgent(world, "agent_789");
    other = await startNode(world);
  });
  afterAll(async () => {
    await other.switchhook.stop();
    await world.close();
  });

  test("answers with what was assigned, changed and unassigned on the first", async () => {
    const number = await newNumber(world);
    await world.request("POST", "/api/agents", { id: "agent_here", name: "Here", voice: say("As it was.") });
    await assign(world, number, { chatbotId: "agent_here" });
    await expectEventually(() => call(other, number), { status: 200, text: says("As it was.") });
    await world.request("PATCH", "/api/agents/agent_here", { voice: say("As it is.") });
    await expectEventually(() => call(other, number), { text: says("As it is.") });
    await unassign(world, number);
    await expectEventually(() => call(other, number), { text: rejects });
  });

  test("accepts a token that was rotated on the first, and no longer one that was disconnected there", async () => {
    const { control } = world.emulator;
    const sid = `AC${"e".repeat(32)}`;
    control.createAccount({ sid, authToken: "token-one" });
    const connect = (authToken: string) =>
      world.request("POST", "/api/twilio-accounts", { accountSid: sid, authToken });
    const params = { ...callTo({ e164: "+14155550198" }), AccountSid: sid };
    const ask = (authToken: string) => post(other, "/api/twilio/voice", params, authToken);
    const { id } = (await connect("token-one")).body;
    await expectEventually(() => ask("token-one"), { status: 200 });
    control.rotateAuthToken(sid, "token-two");
    expect(await ask("token-two")).toMatchObject({ status: 403 });
    await connect("token-two");
    await expectEventually(() => ask("token-two"), { status: 200 });
    expect(await ask("token-one")).toMatchObject({ status: 200 });
    await world.request("DELETE", `/api/twilio-accounts/${id}`);
    await expectEventually(() => ask("token-two"), { status: 403 });
  });

  test("that could not hear for a while has caught up when it hears again", async () => {
    const number = await newNumber(world);
    await assign(world, number);
    await expectEventually(() => call(other, number), { text: says("This is agent_456.") });
    const outage = await refuseListeners(world.databaseUrl);
    await assign(world, number, { chatbotId: "agent_789", takeover: true });
    expect(await call(other, number)).toEqual({ status: 200, text: says("This is agent_456.") });
    await expectEventually(() => other.request("GET", "/metrics"), {
      body: expect.stringContaining("switchhook_change_feed_listening 0"),
    });
    await outage.end();
    await expectEventually(() => call(other, number), { text: says("This is agent_789.") });
    await expectEventually(() => call(world, number), { text: says("This is agent_789.") });
  });

  test("may be started again and again without leaving a listener behind", async () => {
    const client = new Client(world.databaseUrl);
    await client.connect();
    const listeners = async () => {
      const { rows } = await client.query(
        `select pid from pg_stat_activity
         where datname = current_database() and application_name = 'switchhook changes'`,
      );
      return rows.length;
    };
    expect(await listeners()).toBe(2);
    const third = await startNode(world);
    expect(await listeners()).toBe(3);
    await third.switchhook.stop();
    await expectEventually(async () => ({ listeners: await listeners() }), { listeners: 2 });
    await client.end();
  });
});

describe("with the database down", () => {
  test("calls and messages are answered, strangers refused, and changes fail soon", async () => {
    const postgres = await startPostgres({ isDurable: false });
    const world = await createWorld({ switchhook: { databaseUrl: `${postgres.url}/postgres` } });
    await addAgent(world, "agent_456");
    const number = { id: "phone_1", e164: "+14155550101", sid: "" };
    await addNumber(world, number.id, { phoneNumber: number.e164 });
    await assign(world, number, { enableSms: true });
    await postgres.stop();

    expect(await call(world, number)).toEqual({ status: 200, text: says("This is agent_456.") });
    const message = {
      AccountSid: ACCOUNT_SID,
      MessageSid: `SM${"1".repeat(32)}`,
      From: "+1",
      To: number.e164,
    };
    expect(await post(world, "/api/twilio/webhook", message)).toEqual({
      status: 200,
      text: says("agent_456 has your message."),
    });
    for (const path of ["/api/twilio/voice", "/api/twilio/status"]) {
      const strangers = { ...endOfCallTo(number), AccountSid: `AC${"f".repeat(32)}` };
      expect(await post(world, path, strangers)).toMatchObject({ status: 403 });
      expect(await post(world, path, endOfCallTo(number), "a wrong token")).toMatchObject({ status: 403 });
    }
    expect(await world.request("GET", "/readyz")).toMatchObject({ status: 503 });
    expect(await assign(world, number)).toMatchObject({ status: 500 });
    // Not even after a failed change.
    expect(await call(world, number)).toMatchObject({ status: 200, text: says("This is agent_456.") });
    await world.close();
  });
});
