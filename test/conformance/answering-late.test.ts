// Agents that think for longer than Twilio waits: their replies go out by themselves, once.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type AgentEndpoint,
  type AgentResponse,
  json,
  startAgentEndpoint,
  xml,
} from "../support/agent-endpoint.ts";
import { assign, newWhatsAppNumber, type TestNumber } from "../support/numbers.ts";
import { CALLER, createServedWorld, type ServedWorld } from "../support/served-world.ts";
import { ACCOUNT_SID, startNode } from "../support/world.ts";

const MEDIA = "https://media.example.com/cat.png";
const AGENT_TIMEOUT_MS = 2_000;

describe("late replies", () => {
  let world: ServedWorld;
  let endpoint: AgentEndpoint;
  let count = 0;

  beforeAll(async () => {
    endpoint = await startAgentEndpoint();
    world = await createServedWorld("PostgreSQL", {
      allowedPrivateHosts: ["127.0.0.1"],
      answering: {
        replyWithinMs: 50,
        agentTimeoutMs: AGENT_TIMEOUT_MS,
        maxLateReplies: 2,
        stopGraceMs: 5_000,
      },
    });
  });
  afterAll(async () => {
    await world.close();
    await endpoint.close();
  });

  async function newNumber(messaging: object = {}): Promise<TestNumber> {
    count += 1;
    const agentId = `agent_${count}`;
    const webhook = { kind: "webhook", url: `${endpoint.url}/message`, ...messaging };
    await world.request("POST", "/api/agents", { id: agentId, name: agentId, messaging: webhook });
    const number = await newWhatsAppNumber(world);
    await assign(world, number, { chatbotId: agentId, enableSms: true, enableWhatsApp: true });
    return number;
  }

  /** An agent that thinks until it is told what to say. */
  function thinkingAgent(): (answer: AgentResponse) => void {
    const thought = Promise.withResolvers<AgentResponse>();
    endpoint.answerWith(() => thought.promise);
    return thought.resolve;
  }

  const receive = (number: TestNumber, channel: "sms" | "whatsapp" = "sms") =>
    world.emulator.control.receiveMessage({ from: CALLER, to: number.e164, body: "Hello?", channel });

  /** What was sent as this number, the oldest first. */
  function sentFrom({ e164 }: TestNumber): readonly Readonly<Record<string, unknown>>[] {
    return world.emulator.control
      .requests({ method: "POST", path: "/Messages[.]json$" })
      .map(({ params }) => params)
      .filter(({ From }) => String(From).replace("whatsapp:", "") === e164);
  }

  const lateLine = (messageSid: string) =>
    world.lines.find(({ msg, sid }) => msg === "message.replied_late" && sid === messageSid);

  async function hasRepliedLate(messageSid: string): Promise<void> {
    await expect.poll(() => lateLine(messageSid), { timeout: 10_000 }).toBeDefined();
  }

  test("Twilio is answered with nothing, and the reply is sent with our status callback when it comes", async () => {
    const say = thinkingAgent();
    const number = await newNumber();
    const received = await receive(number);
    expect(received.twiml).toMatch(/<Response\/>$/);
    expect(received.replies).toEqual([]);
    expect(sentFrom(number)).toEqual([]);
    say(json({ reply: "I had to think" }));
    await hasRepliedLate(received.messageSid);
    const [sent, ...more] = sentFrom(number);
    expect(sent).toMatchObject({ From: number.e164, To: CALLER, Body: "I had to think" });
    expect(sent?.StatusCallback).toContain(`${world.url}/api/twilio/status?sentAt=`);
    expect(more).toEqual([]);
  });

  test("a WhatsApp message is replied to on WhatsApp, with media, in the order that the agent said", async () => {
    const say = thinkingAgent();
    const number = await newNumber();
    const { messageSid } = await receive(number, "whatsapp");
    say(json({ messages: [{ text: "one", mediaUrls: [MEDIA] }, { text: "two" }] }));
    await hasRepliedLate(messageSid);
    expect(sentFrom(number)).toMatchObject([
      { From: `whatsapp:${number.e164}`, To: `whatsapp:${CALLER}`, Body: "one", MediaUrl: MEDIA },
      { Body: "two" },
    ]);
  });

  test("of TwiML that comes late, the messages are sent", async () => {
    const say = thinkingAgent();
    const number = await newNumber();
    const { messageSid } = await receive(number);
    say(
      xml(
        `<Response><Message>one</Message><Message><Media>${MEDIA}</Media></Message><Redirect>x</Redirect></Response>`,
      ),
    );
    await hasRepliedLate(messageSid);
    expect(sentFrom(number)).toMatchObject([{ Body: "one" }, { MediaUrl: MEDIA }]);
  });

  test("of TwiML that comes late, no more messages are sent than Twilio sends of TwiML in time", async () => {
    const say = thinkingAgent();
    const number = await newNumber();
    const { messageSid } = await receive(number);
    const long = `<Message>${"x".repeat(1_600)} y</Message>`;
    say(xml(`<Response>${long}${"<Message>Hi</Message>".repeat(2_000)}</Response>`));
    await hasRepliedLate(messageSid);
    const bodies = sentFrom(number).map(({ Body }) => Body);
    expect(bodies).toEqual(["x".repeat(1_600), "y", ...Array(8).fill("Hi")]);
  });

  test("what late TwiML has for others, or from another number, is not sent to whoever has written", async () => {
    const say = thinkingAgent();
    const number = await newNumber();
    const { messageSid } = await receive(number);
    const messages = [
      '<Message to="+14155550199">They are angry</Message>',
      '<Message from="+14155550198">As somebody else</Message>',
      `<Message to="${CALLER}" from="${number.e164}">We call you back</Message>`,
    ];
    say(xml(`<Response>${messages.join("")}</Response>`));
    await hasRepliedLate(messageSid);
    expect(sentFrom(number)).toMatchObject([{ To: CALLER, Body: "We call you back" }]);
    expect(lateLine(messageSid)).toMatchObject({ sent: "failed" });
    expect(world.lines).toContainEqual(expect.objectContaining({ msg: "message.late_reply_to_another" }));
  });

  test("a reply of which a message is refused counts as failed, and the others go out", async () => {
    const say = thinkingAgent();
    const number = await newNumber();
    const { messageSid } = await receive(number);
    const effect = { kind: "error", status: 400, code: 21612 } as const;
    world.emulator.control.addFault({ method: "POST", path: "/Messages[.]json$", effect });
    say(json({ messages: [{ text: "one" }, { text: "two" }] }));
    await hasRepliedLate(messageSid);
    expect(sentFrom(number)).toMatchObject([{ Body: "one" }, { Body: "two" }]);
    expect(lateLine(messageSid)).toMatchObject({ sent: "failed" });
  });

  test("a reply to somebody who has sent STOP is shown with their message, and nothing more is sent", async () => {
    const say = thinkingAgent();
    const number = await newNumber();
    const received = await world.emulator.control.receiveMessage({
      from: CALLER,
      to: number.e164,
      body: "STOP",
    });
    say(json({ messages: [{ text: "one" }, { text: "two" }] }));
    await hasRepliedLate(received.messageSid);
    expect(lateLine(received.messageSid)).toMatchObject({ level: 30, sent: "opted_out" });
    expect(sentFrom(number)).toMatchObject([{ Body: "one" }]);
    const { body } = await world.request("GET", `/api/messages/${received.messageSid}`);
    expect(body).toMatchObject({
      status: "received",
      error: null,
      replyError: { code: 21610, meaning: expect.stringContaining("STOP") },
    });
  });

  test("an agent that then has nothing to say sends nothing", async () => {
    const say = thinkingAgent();
    const number = await newNumber({ fallbackText: "Not now" });
    const { messageSid } = await receive(number);
    say({ status: 204 });
    await hasRepliedLate(messageSid);
    expect(sentFrom(number)).toEqual([]);
    expect(lateLine(messageSid)).toMatchObject({ sent: "nothing", outcome: "agent" });
  });

  test.each<[string, (say: (answer: AgentResponse) => void) => void]>([
    ["fails in the end", (say) => say({ status: 500 })],
    ["answers what cannot be used", (say) => say(json({ answer: 42 }))],
    ["never comes to an end", () => {}],
  ])("an agent that %s is replaced by its fallback, once", async (_name, finish) => {
    const say = thinkingAgent();
    const number = await newNumber({ fallbackText: "Not now" });
    const { messageSid } = await receive(number);
    finish(say);
    await hasRepliedLate(messageSid);
    expect(sentFrom(number)).toMatchObject([{ Body: "Not now" }]);
  });

  test("a message that Twilio repeats at a node whose agent answers in time gets no late reply of the first", async () => {
    const say = thinkingAgent();
    const number = await newNumber();
    const { switchhook } = await startNode(world, {
      publicUrl: world.url,
      allowedPrivateHosts: ["127.0.0.1"],
    });
    const message = { From: CALLER, To: number.e164, Body: "Hello?", NumMedia: "0" };
    const params = { AccountSid: ACCOUNT_SID, MessageSid: `SM${"7".repeat(32)}`, ...message };
    const path = "/api/twilio/webhook";
    await world.postSigned(path, params);
    endpoint.answerWith(() => json({ reply: "At once" }));
    const repeated = new Request(`${world.url}${path}`, {
      method: "POST",
      headers: { "x-twilio-signature": world.sign(path, params) },
      body: new URLSearchParams(params),
    });
    expect(await (await switchhook.fetch(repeated)).text()).toContain("At once");
    await switchhook.stop();
    say(json({ reply: "I had to think" }));
    await hasRepliedLate(params.MessageSid);
    expect(lateLine(params.MessageSid)).toMatchObject({ sent: "elsewhere" });
    expect(sentFrom(number)).toEqual([]);
  });

  test("beyond a bound nobody is waited for: the fallback is said at once", async () => {
    const say = thinkingAgent();
    const first = await newNumber();
    const second = await newNumber();
    const third = await newNumber({ fallbackText: "Not now" });
    const late = [await receive(first), await receive(second)];
    expect((await receive(third)).replies).toMatchObject([{ body: "Not now" }]);
    say(json({ reply: "Done" }));
    for (const { messageSid } of late) await hasRepliedLate(messageSid);
    expect(sentFrom(third)).toEqual([]);
    expect(world.lines).toContainEqual(expect.objectContaining({ msg: "agent.failed", reason: "given_up" }));
  });
});

describe("a stop", () => {
  test("waits for agents that are late, and sends what they say", async () => {
    const endpoint = await startAgentEndpoint();
    const world = await createServedWorld("PGlite", {
      allowedPrivateHosts: ["127.0.0.1"],
      answering: { replyWithinMs: 50 },
    });
    const thought = Promise.withResolvers<AgentResponse>();
    endpoint.answerWith(() => thought.promise);
    const messaging = { kind: "webhook", url: endpoint.url };
    await world.request("POST", "/api/agents", { id: "agent_1", name: "Late", messaging });
    const number = await newWhatsAppNumber(world);
    await assign(world, number, { chatbotId: "agent_1", enableSms: true });
    await world.emulator.control.receiveMessage({ from: CALLER, to: number.e164, body: "Hello?" });
    const stopping = world.switchhook.stop();
    thought.resolve(json({ reply: "Just in time" }));
    await stopping;
    const sends = world.emulator.control.requests({ method: "POST", path: "/Messages[.]json$" });
    expect(sends.map(({ params }) => params.Body)).toEqual(["Just in time"]);
    await world.close();
    await endpoint.close();
  });
});
