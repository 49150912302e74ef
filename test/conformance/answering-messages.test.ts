// Every way in which an agent answers a message, while Twilio waits.
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { MAX_RUN } from "../../src/answering/reply-loops.ts";
import {
  type AgentEndpoint,
  type AgentResponse,
  json,
  startAgentEndpoint,
  xml,
} from "../support/agent-endpoint.ts";
import { assign, newWhatsAppNumber, stored, type TestNumber } from "../support/numbers.ts";
import { CALLER, createServedWorld, type Params, type ServedWorld } from "../support/served-world.ts";
import { ACCOUNT_SID } from "../support/world.ts";

const NOBODY_THERE = "http://127.0.0.1:9/message";
const MEDIA = "https://media.example.com/cat.png?x=1&y=2";

describe("messages", () => {
  let world: ServedWorld;
  let endpoint: AgentEndpoint;
  let count = 0;

  beforeAll(async () => {
    endpoint = await startAgentEndpoint();
    world = await createServedWorld("PostgreSQL", { allowedPrivateHosts: ["127.0.0.1"] });
  });
  beforeEach(() => endpoint.answerWith(() => ({ status: 204 })));
  afterAll(async () => {
    await world.close();
    await endpoint.close();
  });

  async function numberOf(messaging: object): Promise<TestNumber & { readonly agentId: string }> {
    count += 1;
    const agentId = `agent_${count}`;
    const agent = await world.request("POST", "/api/agents", { id: agentId, name: agentId, messaging });
    if (agent.status !== 201) throw new Error(`No agent: ${JSON.stringify(agent.body)}`);
    const number = await newWhatsAppNumber(world);
    await assign(world, number, { chatbotId: agentId, enableSms: true, enableWhatsApp: true });
    return { ...number, agentId };
  }

  const webhook = (more: object = {}) => ({ kind: "webhook", url: `${endpoint.url}/message`, ...more });

  const receive = (number: TestNumber, more: { channel?: "whatsapp"; mediaUrls?: string[] } = {}) =>
    world.emulator.control.receiveMessage({ from: CALLER, to: number.e164, body: "Hello?", ...more });

  /** A message with an SID of its own. */
  function messageTo({ e164 }: TestNumber): Params {
    count += 1;
    const MessageSid = `SM${String(count).padStart(32, "0")}`;
    return { AccountSid: ACCOUNT_SID, MessageSid, From: CALLER, To: e164, Body: "Hello?" };
  }

  async function post(params: Params, path = "/api/twilio/webhook"): Promise<string> {
    const response = await world.postSigned(path, params);
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/xml; charset=utf-8"]);
    return response.text();
  }

  describe("that an agent's endpoint answers", () => {
    test("reach it as JSON, signed, with their SID as the id", async () => {
      const number = await numberOf(webhook());
      const { messageSid } = await receive(number, { channel: "whatsapp", mediaUrls: [MEDIA] });
      const request = endpoint.requests.at(-1);
      const { body } = await world.request("GET", `/api/agents/${number.agentId}/webhook-secret`);
      const event = new Webhook(body.secret).verify(request?.body ?? "", request?.headers ?? {});
      expect(event).toEqual({
        type: "message.received",
        timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
        data: {
          messageSid,
          accountSid: ACCOUNT_SID,
          organizationId: world.switchhook.defaultOrganizationId,
          phoneNumberId: number.id,
          agentId: number.agentId,
          channel: "whatsapp",
          from: `whatsapp:${CALLER}`,
          to: `whatsapp:${number.e164}`,
          text: "Hello?",
          media: [{ url: MEDIA, contentType: expect.any(String) }],
          profileName: expect.any(String),
          whatsAppId: expect.any(String),
        },
      });
      expect(request?.path).toBe("/message");
      expect(request?.headers).toMatchObject({
        "content-type": "application/json",
        "webhook-id": messageSid,
      });
    });

    test.each<[string, AgentResponse, unknown]>([
      ["a reply", json({ reply: "Hi <you> & me" }), [{ body: "Hi <you> & me", num_media: "0" }]],
      [
        "several messages with media",
        json({
          messages: [{ text: "one" }, { mediaUrls: [MEDIA] }, { text: "three", mediaUrls: [MEDIA, MEDIA] }],
        }),
        [
          { body: "one", num_media: "0" },
          { body: "", num_media: "1" },
          { body: "three", num_media: "2" },
        ],
      ],
      ["no messages", json({ messages: [] }), []],
      ["204", { status: 204 }, []],
      ["an empty 200", { status: 200 }, []],
      ["TwiML", xml("<Response><Message>Hi</Message></Response>"), [{ body: "Hi" }]],
      ["what XML cannot hold", json({ reply: "a\u0000\u0007b" }), [{ body: "a\uFFFD\uFFFDb" }]],
    ])("with %s", async (_name, answer, replies) => {
      endpoint.answerWith(() => answer);
      const number = await numberOf(webhook({ fallbackText: "Not now" }));
      const received = await receive(number);
      expect(received.replies).toMatchObject(replies as object[]);
      expect(received.replies).toHaveLength((replies as object[]).length);
    });

    test("get a reply whose delivery is tracked", async () => {
      endpoint.answerWith(() => json({ reply: "Hi" }));
      const number = await numberOf(webhook());
      const { replies } = await receive(number);
      expect(replies[0]?.from).toBe(number.e164);
      const { webhooks } = await world.emulator.control.advanceMessage(replies[0]?.sid ?? "", "sent");
      const url = expect.stringContaining(`${world.url}/api/twilio/status?sentAt=`);
      expect(webhooks).toMatchObject([{ url, status: 204 }]);
    });

    test.each<[string, string, AgentResponse]>([
      [
        "an error",
        "status",
        { status: 500, body: '{"reply":"Hi"}', headers: { "content-type": "application/json" } },
      ],
      ["a text", "invalid_answer", { body: "Hi", headers: { "content-type": "text/plain" } }],
      ["JSON of another kind", "invalid_answer", json({ answer: "Hi" })],
      ["broken TwiML", "invalid_answer", xml("<Response><Message>Hi</Response>")],
      [
        "a redirect into a private network",
        "refused_address",
        { status: 307, headers: { location: "http://10.0.0.1" } },
      ],
      ["more than can be", "too_large", json({ reply: "x".repeat(70_000) })],
    ])("with %s get the fallback, once", async (_name, reason, answer) => {
      endpoint.answerWith(() => answer);
      const number = await numberOf(webhook({ fallbackText: "Not now" }));
      expect((await receive(number)).replies).toMatchObject([{ body: "Not now" }]);
      expect(world.lines).toContainEqual(
        expect.objectContaining({ msg: "agent.failed", agentId: number.agentId, reason }),
      );
    });

    test("where nobody is there get the fallback, or nothing where there is none", async () => {
      const withFallback = await numberOf({ kind: "webhook", url: NOBODY_THERE, fallbackText: "Not now" });
      expect((await receive(withFallback)).replies).toMatchObject([{ body: "Not now" }]);
      const without = await numberOf({ kind: "webhook", url: NOBODY_THERE });
      const { replies, webhooks } = await receive(without);
      expect(replies).toEqual([]);
      expect(webhooks.map(({ status }) => status)).toEqual([200]);
    });
  });

  test("that nobody wants to answer get no reply", async () => {
    expect((await receive(await numberOf({ kind: "none" }))).replies).toEqual([]);
  });

  test("that come again get the same answer, by whichever URL, and the agent is asked once", async () => {
    endpoint.answerWith(() => json({ reply: `${endpoint.requests.length}` }));
    const before = endpoint.requests.length;
    const number = await numberOf(webhook());
    const params = messageTo(number);
    const first = await post(params);
    expect(await post(params)).toBe(first);
    expect(await post({ ...params, ErrorCode: "11200" }, "/api/twilio/webhook/fallback")).toBe(first);
    expect(endpoint.requests).toHaveLength(before + 1);
    expect(await post(messageTo(number))).not.toBe(first);
  });

  test("of a program that answers whatever it is told get replies, and in the end silence", async () => {
    const number = await numberOf({ kind: "reply", text: "I am away" });
    const answers: string[] = [];
    for (let i = 0; i < MAX_RUN + 4; i++) answers.push(await post(messageTo(number)));
    expect(answers.map((answer) => answer.includes("I am away"))).toEqual(
      Array.from({ length: MAX_RUN + 4 }, (_, index) => index < MAX_RUN),
    );
    // Somebody else is answered all the same.
    expect(await post({ ...messageTo(number), From: "+14155558888" })).toContain("I am away");
    const { body } = await world.request("GET", "/metrics");
    expect(body).toContain('switchhook_answers_total{kind="message",outcome="cut"} 4');
  });

  test("of a person whose agent answers in ten messages are all answered", async () => {
    endpoint.answerWith(() => json({ messages: Array.from({ length: 10 }, () => ({ text: "Hi" })) }));
    const number = await numberOf(webhook());
    for (let i = 0; i < 10; i++) expect((await receive(number)).replies).toHaveLength(10);
  });

  test("through a URL that names another agent are answered by the number's own, and the number has drifted", async () => {
    const number = await numberOf({ kind: "reply", text: "I am the right one" });
    expect(await post(messageTo(number), "/api/twilio/webhook?agentId=agent_gone")).toContain(
      "I am the right one",
    );
    await expect.poll(async () => (await stored(world, number)).health).toBe("drifted");
  });
});
