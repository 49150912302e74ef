// The endpoints of agents: which may be named, and the secrets that sign what they are sent.
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AgentEndpoint, startAgentEndpoint } from "../support/agent-endpoint.ts";
import { assign, newNumber } from "../support/numbers.ts";
import { createKey, join, signUp } from "../support/people.ts";
import { CALLER, createServedWorld, type ServedWorld } from "../support/served-world.ts";
import { API_KEY, PUBLIC_URL } from "../support/world.ts";

describe("agents' endpoints", () => {
  let world: ServedWorld;
  let endpoint: AgentEndpoint;
  let count = 0;

  beforeAll(async () => {
    endpoint = await startAgentEndpoint();
    const { port } = new URL(endpoint.url);
    world = await createServedWorld("PostgreSQL", {
      allowedPrivateHosts: [`127.0.0.1:${port}`],
      trustedOrigins: [PUBLIC_URL],
    });
  });
  afterAll(async () => {
    await world.close();
    await endpoint.close();
  });

  async function newAgent(input: object): Promise<string> {
    count += 1;
    const id = `agent_${count}`;
    const answer = await world.request("POST", "/api/agents", { id, name: id, ...input });
    expect(answer.status).toBe(201);
    return id;
  }

  const webhook = () => ({ kind: "webhook", url: `${endpoint.url}/x` });
  const secretOf = (id: string, headers?: Record<string, string>) =>
    world.request("GET", `/api/agents/${id}/webhook-secret`, undefined, headers);
  const rotate = (id: string, headers?: Record<string, string>) =>
    world.request("POST", `/api/agents/${id}/webhook-secret`, undefined, headers);

  describe("are refused when they are given", () => {
    const BAD: readonly (readonly [string, string, RegExp])[] = [
      ["without encryption", "http://agent.example.com/x", /http:\/\//],
      ["on this machine", "https://localhost/x", /private network/],
      ["on another port of a host that is allowed", "http://127.0.0.1:1/x", /http:\/\//],
      ["in a private network", "https://10.0.0.1/x", /private network/],
      ["at a cloud's secrets", "https://169.254.169.254/latest/meta-data", /private network/],
      ["in disguise", "https://0x7f000001/x", /private network/],
      ["with credentials in them", "https://me:secret@agent.example.com/x", /user name or a password/],
    ];

    test.each(BAD)("%s", async (_name, url, why) => {
      const answers = { voice: { kind: "webhook", url }, messaging: { kind: "webhook", url } };
      const answer = await world.request("POST", "/api/agents", { name: "Agent", ...answers });
      expect([answer.status, answer.body.code]).toEqual([400, "invalid_input"]);
      expect(answer.body.errors.map(({ path }: { path: string }) => path)).toEqual([
        "voice.url",
        "messaging.url",
      ]);
      expect(answer.body.detail).toMatch(why);
      expect(answer.body.detail).not.toContain("secret@");
    });

    test("also in a change, which then changes nothing", async () => {
      const id = await newAgent({ messaging: webhook() });
      const change = { name: "Changed", voice: { kind: "webhook", url: "https://10.0.0.1/x" } };
      expect((await world.request("PATCH", `/api/agents/${id}`, change)).status).toBe(400);
      const { body } = await world.request("GET", `/api/agents/${id}`);
      expect(body).toMatchObject({ name: id, voice: { kind: "say" }, messaging: webhook() });
    });

    test("where Twilio connects to, any address is Twilio's affair", async () => {
      const id = await newAgent({ voice: { kind: "relay", url: "wss://10.0.0.1/relay" } });
      expect((await world.request("GET", `/api/agents/${id}`)).body.voice.url).toBe("wss://10.0.0.1/relay");
    });
  });

  describe("have a secret", () => {
    test("from the first webhook on, and keep it", async () => {
      const id = await newAgent({ voice: { kind: "reject" } });
      expect(await secretOf(id)).toMatchObject({ status: 404, body: { code: "not_found" } });
      await world.request("PATCH", `/api/agents/${id}`, { voice: webhook() });
      const first = await secretOf(id);
      expect(first).toMatchObject({
        status: 200,
        body: { secret: expect.stringMatching(/^whsec_/), previousSignsUntil: null },
      });
      expect(first.headers.get("cache-control")).toBe("no-store");
      await world.request("PATCH", `/api/agents/${id}`, { messaging: webhook() });
      expect((await secretOf(id)).body.secret).toBe(first.body.secret);
    });

    test("may be made before there is a webhook", async () => {
      const id = await newAgent({ voice: { kind: "reject" } });
      expect(await rotate(id)).toMatchObject({
        status: 200,
        body: { success: true, previousSignsUntil: null },
      });
      expect((await secretOf(id)).body.secret).toMatch(/^whsec_/);
    });

    test("that is replaced signs along with the new one", async () => {
      const id = await newAgent({ messaging: webhook() });
      const before = (await secretOf(id)).body.secret;
      const rotated = await rotate(id);
      expect(Date.parse(rotated.body.previousSignsUntil) - Date.now()).toBeGreaterThan(23 * 3_600_000);
      const after = await secretOf(id);
      expect(after.body.secret).not.toBe(before);
      expect(after.body.previousSignsUntil).toBe(rotated.body.previousSignsUntil);
      const number = await newNumber(world);
      await assign(world, number, { chatbotId: id, enableSms: true });
      await world.emulator.control.receiveMessage({ from: CALLER, to: number.e164, body: "Hello?" });
      const request = endpoint.requests.at(-1);
      for (const secret of [before, after.body.secret])
        expect(new Webhook(secret).verify(request?.body ?? "", request?.headers ?? {})).toMatchObject({
          type: "message.received",
        });
    });

    test("is shown to admins of the organization, and to nobody else", async () => {
      const owner = await signUp(world, "Owner");
      const member = await signUp(world, "Member");
      await join(world, owner, member, "member");
      const stranger = await signUp(world, "Stranger");
      const agent = { id: "agent_of_owner", name: "Agent", messaging: webhook() };
      expect((await world.request("POST", "/api/agents", agent, owner.headers)).status).toBe(201);
      expect((await secretOf(agent.id, owner.headers)).status).toBe(200);
      for (const ask of [secretOf, rotate]) {
        expect(await ask(agent.id, member.headers)).toMatchObject({
          status: 403,
          body: { code: "forbidden" },
        });
        const theirs = await ask(agent.id, stranger.headers);
        expect(theirs).toMatchObject({ status: 404, body: { code: "agent_not_found" } });
      }
      expect((await secretOf(agent.id, await createKey(world, owner))).status).toBe(200);
    });

    test("that is nowhere but there: not in agents, the log, the audit, or an answer that is kept", async () => {
      const id = await newAgent({ voice: webhook() });
      const { secret } = (await secretOf(id)).body;
      const headers = { "x-api-key": API_KEY, "idempotency-key": `rotate-${id}` };
      const first = await rotate(id, headers);
      const replayed = await rotate(id, headers);
      expect(replayed.headers.get("idempotent-replayed")).toBe("true");
      expect(replayed.body).toEqual(first.body);
      const now = (await secretOf(id)).body.secret;
      const audit = await world.request("GET", `/api/audit?targetId=${id}`);
      const actions = audit.body.entries.map(({ action }: { action: string }) => action);
      expect(actions).toEqual([
        "agent.webhook_secret.show",
        "agent.webhook_secret.rotate",
        "agent.webhook_secret.show",
        "agent.create",
      ]);
      const agent = await world.request("GET", `/api/agents/${id}`);
      const everywhere = JSON.stringify([first.body, audit.body, agent.body, world.lines]);
      for (const text of [secret, now]) expect(everywhere).not.toContain(text);
    });
  });
});
