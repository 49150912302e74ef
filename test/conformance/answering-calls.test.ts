// Every way in which an agent answers a call, and what callers hear when it cannot.
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type AgentEndpoint, startAgentEndpoint, xml } from "../support/agent-endpoint.ts";
import { assign, newNumber, stored, type TestNumber } from "../support/numbers.ts";
import { CALLER, callTo, createServedWorld, type ServedWorld } from "../support/served-world.ts";

const APOLOGY = '<Say language="en-US">We are sorry, your call cannot be answered right now.';
const GREETING = "<Response><Say>Hello from the agent</Say></Response>";
/** Nothing listens on the discard port. */
const NOBODY_THERE = "http://127.0.0.1:9/voice";

describe("calls", () => {
  let world: ServedWorld;
  let endpoint: AgentEndpoint;
  let agents = 0;

  beforeAll(async () => {
    endpoint = await startAgentEndpoint();
    world = await createServedWorld("PostgreSQL", { allowedPrivateHosts: ["127.0.0.1"] });
  });
  beforeEach(() => endpoint.answerWith(() => xml(GREETING)));
  afterAll(async () => {
    await world.close();
    await endpoint.close();
  });

  async function newAgent(voice: object): Promise<string> {
    agents += 1;
    const id = `agent_${agents}`;
    const answer = await world.request("POST", "/api/agents", { id, name: id, voice });
    if (answer.status !== 201) throw new Error(`No agent: ${JSON.stringify(answer.body)}`);
    return id;
  }

  /** A number of an agent that answers like this. */
  async function numberOf(voice: object): Promise<TestNumber & { readonly agentId: string }> {
    const agentId = await newAgent(voice);
    const number = await newNumber(world);
    await assign(world, number, { chatbotId: agentId });
    return { ...number, agentId };
  }

  const call = (number: TestNumber) => world.emulator.control.placeCall({ from: CALLER, to: number.e164 });

  async function post(
    path: string,
    params: Readonly<Record<string, string>>,
    headers: Record<string, string> = {},
  ): Promise<string> {
    const response = await world.switchhook.fetch(
      new Request(`${world.url}${path}`, {
        method: "POST",
        body: new URLSearchParams(params),
        headers: { "x-twilio-signature": world.sign(path, params), ...headers },
      }),
    );
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/xml; charset=utf-8"]);
    return response.text();
  }

  describe("are answered by an agent that", () => {
    test("relays: Twilio is told where to, and which agent and number it is about", async () => {
      const url = "wss://agent.example.com/relay";
      const number = await numberOf({
        kind: "relay",
        url,
        welcomeGreeting: "Hi",
        parameters: { tier: "gold" },
      });
      const { verbs, webhooks } = await call(number);
      expect(verbs.slice(0, 5)).toMatchObject([
        { name: "Connect" },
        { name: "ConversationRelay", parent: "Connect", attributes: { url, welcomeGreeting: "Hi" } },
        { name: "Parameter", attributes: { name: "agentId", value: number.agentId } },
        { name: "Parameter", attributes: { name: "phoneNumberId", value: number.id } },
        { name: "Parameter", attributes: { name: "tier", value: "gold" } },
      ]);
      const ended = webhooks.find(({ kind }) => kind === "action");
      expect(ended?.url).toContain(`/api/twilio/voice/ended?agentId=${number.agentId}&after=answer`);
      expect([ended?.status, ended?.body]).toEqual([200, expect.stringContaining("<Response/>")]);
    });

    test("streams", async () => {
      const number = await numberOf({ kind: "stream", url: "wss://agent.example.com/media" });
      const { verbs } = await call(number);
      expect(verbs.slice(0, 2)).toMatchObject([
        { name: "Connect" },
        { name: "Stream", attributes: { url: "wss://agent.example.com/media" } },
      ]);
    });

    test("dials", async () => {
      const number = await numberOf({ kind: "dial", to: "sip:agent@pbx.example.com" });
      const { verbs } = await call(number);
      expect(verbs.slice(0, 2)).toMatchObject([
        { name: "Dial", attributes: { answerOnBridge: "true", timeout: "20" } },
        { name: "Sip", text: "sip:agent@pbx.example.com" },
      ]);
      const statusCallback = verbs[1]?.attributes.statusCallback;
      expect(statusCallback).toContain(`${world.url}/api/twilio/status#`);
    });

    test("writes its TwiML itself: it gets what Twilio sent, signed, and its answer is passed on as it is", async () => {
      const number = await numberOf({ kind: "webhook", url: `${endpoint.url}/voice?team=1` });
      const { webhooks, twiml, verbs } = await call(number);
      expect(twiml).toBe(GREETING);
      expect(verbs).toMatchObject([{ name: "Say", text: "Hello from the agent" }]);
      const request = endpoint.requests.at(-1);
      expect(request?.path).toBe("/voice?team=1");
      expect(request?.headers["content-type"]).toBe("application/x-www-form-urlencoded");
      const sent = Object.fromEntries(new URLSearchParams(request?.body));
      expect(sent).toEqual(webhooks[0]?.params);
      const { body } = await world.request("GET", `/api/agents/${number.agentId}/webhook-secret`);
      const {
        "webhook-id": id = "",
        "webhook-timestamp": seconds,
        "webhook-signature": signature,
      } = request?.headers ?? {};
      const signed = new Webhook(body.secret).sign(
        id,
        new Date(Number(seconds) * 1_000),
        request?.body ?? "",
      );
      expect(signature).toBe(signed);
      expect(id).toMatch(new RegExp(`^${sent.CallSid}_[\\w-]+$`));
    });

    test("picks up where we have called: the number is ours that the call comes from", async () => {
      const number = await numberOf({ kind: "say", text: "Good day" });
      const params = { ...callTo(number), From: number.e164, To: CALLER, Direction: "outbound-api" };
      expect(await post(`/api/twilio/voice?agentId=${number.agentId}`, params)).toContain("Good day");
    });
  });

  describe("are answered by the fallback", () => {
    test.each<[string, string, () => void]>([
      ["when nobody is there", "connection", () => {}],
      ["when it answers 500", "status", () => endpoint.answerWith(() => ({ ...xml(GREETING), status: 500 }))],
      ["when it answers 404", "status", () => endpoint.answerWith(() => ({ status: 404 }))],
      ["when it answers nothing", "invalid_answer", () => endpoint.answerWith(() => ({ status: 204 }))],
      ["when it answers something else", "invalid_answer", () => endpoint.answerWith(() => xml("<html/>"))],
      ["when its TwiML is broken", "invalid_answer", () => endpoint.answerWith(() => xml("<Response><Say>"))],
      [
        "when its TwiML is too long",
        "too_large",
        () => endpoint.answerWith(() => xml(`<Response>${" ".repeat(65_536)}</Response>`)),
      ],
      [
        "when it redirects into a private network",
        "refused_address",
        () => endpoint.answerWith(() => ({ status: 307, headers: { location: "http://10.0.0.1/" } })),
      ],
      [
        "when it redirects to a cloud's secrets",
        "refused_address",
        () =>
          endpoint.answerWith(() => ({
            status: 302,
            headers: { location: "https://169.254.169.254/latest" },
          })),
      ],
      [
        "when it redirects for ever",
        "too_many_redirects",
        () => endpoint.answerWith(() => ({ status: 307, headers: { location: "/again" } })),
      ],
      ["when it is too slow", "timeout", () => endpoint.answerWith(() => new Promise(() => {}))],
    ])("%s", async (_name, reason, prepare) => {
      prepare();
      const url = reason === "connection" ? NOBODY_THERE : `${endpoint.url}/voice`;
      const fallback = { kind: "say", text: "Please hold on" };
      const number = await numberOf({ kind: "webhook", url, timeoutMs: 500, fallback });
      const { webhooks, verbs } = await call(number);
      expect(verbs).toMatchObject([{ name: "Say", text: "Please hold on" }]);
      expect(webhooks.map(({ kind, status }) => [kind, status])).toEqual([
        ["voice", 200],
        ["status", 204],
      ]);
      expect(world.lines).toContainEqual(
        expect.objectContaining({ msg: "agent.failed", agentId: number.agentId, reason }),
      );
    });

    test("which is an apology when the agent has none", async () => {
      const number = await numberOf({ kind: "webhook", url: NOBODY_THERE });
      expect((await call(number)).twiml).toContain(APOLOGY);
    });

    test.each([
      ["a session that failed", { SessionStatus: "failed", ErrorCode: "39001" }],
      ["a line that is busy", { DialCallStatus: "busy" }],
      ["a line that nobody picks up", { DialCallStatus: "no-answer" }],
      ["a line that failed", { DialCallStatus: "failed" }],
    ])("after %s", async (_name, ended) => {
      const fallback = { kind: "dial", to: "+14155550123" };
      const number = await numberOf({ kind: "relay", url: "wss://agent.example.com", fallback });
      const params = { ...callTo(number), CallStatus: "in-progress", ...ended };
      const endOf = (what: string) => `/api/twilio/voice/ended?agentId=${number.agentId}&after=${what}`;
      const twiml = await post(endOf("answer"), params);
      expect(twiml).toContain("+14155550123</Number>");
      // And when that fails as well, it is not dialled again and again.
      expect(await post(endOf("fallback"), params)).toContain(APOLOGY);
    });

    test.each([
      ["a session that was completed", { SessionStatus: "completed" }],
      ["a session that the agent ended", { SessionStatus: "ended", HandoffData: "{}" }],
      ["a conversation", { DialCallStatus: "completed" }],
      ["a caller who gave up", { DialCallStatus: "canceled" }],
      ["something unheard of", { DialCallStatus: "unheard-of" }],
    ])("but not after %s, which ends the call", async (_name, ended) => {
      const number = await numberOf({ kind: "relay", url: "wss://agent.example.com" });
      const params = { ...callTo(number), CallStatus: "in-progress", ...ended };
      expect(await post("/api/twilio/voice/ended?after=answer", params)).toMatch(/<Response\/>$/);
    });

    test.each([
      ["a relay", { kind: "relay", url: "wss://agent.example.com" }],
      ["a webhook", { kind: "webhook", url: "https://agent.example.com" }],
      ["a dial", { kind: "dial", to: "+14155550123" }],
    ])(
      "when Twilio could not use the first answer of %s, so that it cannot fail twice",
      async (_name, voice) => {
        const asked = endpoint.requests.length;
        const number = await numberOf({ ...voice, fallback: { kind: "say", text: "Please hold on" } });
        const params = { ...callTo(number), ErrorCode: "11200", ErrorUrl: "https://example.com" };
        expect(await post(`/api/twilio/voice/fallback?agentId=${number.agentId}`, params)).toContain(
          "Please hold on",
        );
        expect(endpoint.requests).toHaveLength(asked);
      },
    );
  });

  describe("that come again", () => {
    const countingAnswer = () => xml(`<Response><Say>${endpoint.requests.length}</Say></Response>`);
    const token = (value: string) => ({ "i-twilio-idempotency-token": value });

    test("get the same answer, and the agent is asked once", async () => {
      const before = endpoint.requests.length;
      endpoint.answerWith(countingAnswer);
      const number = await numberOf({ kind: "webhook", url: endpoint.url });
      const params = callTo(number);
      const both = await Promise.all([
        post("/api/twilio/voice", params, token("a")),
        post("/api/twilio/voice", params, token("a")),
      ]);
      expect([...both, await post("/api/twilio/voice", params, token("a"))]).toEqual(Array(3).fill(both[0]));
      expect(endpoint.requests).toHaveLength(before + 1);
    });

    test("without a token are known by what they say", async () => {
      const before = endpoint.requests.length;
      endpoint.answerWith(countingAnswer);
      const number = await numberOf({ kind: "webhook", url: endpoint.url });
      const params = callTo(number);
      const first = await post("/api/twilio/voice", params);
      expect(await post("/api/twilio/voice", params)).toBe(first);
      // A <Gather> of the agent's that leads back here.
      expect(await post("/api/twilio/voice", { ...params, Digits: "1" })).not.toBe(first);
      expect(endpoint.requests).toHaveLength(before + 2);
    });
  });

  describe("through a URL that names another agent", () => {
    test("are answered by the number's own, and the number has drifted", async () => {
      const other = await newAgent({ kind: "say", text: "The wrong one" });
      const number = await numberOf({ kind: "say", text: "The right one" });
      expect((await stored(world, number)).health).toBe("ok");
      expect(await post(`/api/twilio/voice?agentId=${other}`, callTo(number))).toContain("The right one");
      await expect.poll(async () => (await stored(world, number)).health).toBe("drifted");
      const noted = world.lines.filter(
        (line) => line.msg === "number.drifted" && line.phoneNumberId === number.id,
      );
      expect(noted).toMatchObject([{ agentId: number.agentId, namedAgentId: other }]);
    });

    test("which go on after the number came to another agent say nothing about the number", async () => {
      const number = await numberOf({ kind: "say", text: "Good day" });
      // A <Gather> without an action leads to where its TwiML came from.
      const params = { ...callTo(number), CallStatus: "in-progress", Digits: "1" };
      await post("/api/twilio/voice?agentId=agent_before", params);
      expect(world.lines).not.toContainEqual(
        expect.objectContaining({ msg: "number.drifted", phoneNumberId: number.id }),
      );
    });

    test("which we have placed say nothing about the number", async () => {
      const number = await numberOf({ kind: "say", text: "Good day" });
      const params = { ...callTo(number), From: number.e164, To: CALLER, Direction: "outbound-api" };
      await post("/api/twilio/voice?agentId=agent_gone", params);
      expect(world.lines).not.toContainEqual(
        expect.objectContaining({ msg: "number.drifted", phoneNumberId: number.id }),
      );
    });
  });

  test("are counted by what answered them", async () => {
    const { body } = await world.request("GET", "/metrics");
    for (const sample of [
      'switchhook_answers_total{kind="call",outcome="agent"}',
      'switchhook_answers_total{kind="call",outcome="fallback"}',
      'switchhook_agent_failures_total{kind="call",reason="timeout"} 1',
      "switchhook_stale_urls_total 1",
    ])
      expect(body).toContain(sample);
  });
});
