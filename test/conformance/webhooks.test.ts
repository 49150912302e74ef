// Calls and messages that the emulated Twilio sends to our real handlers, over HTTP.
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";
import {
  assign,
  freshNames,
  newNumber,
  newService,
  newWhatsAppNumber,
  unassign,
} from "../support/numbers.ts";
import {
  CALLER,
  callTo,
  createServedWorld,
  endOfCallTo,
  type Params,
  type ServedWorld,
} from "../support/served-world.ts";
import { ACCOUNT_SID, AUTH_TOKEN, addAgent } from "../support/world.ts";

describeEachDatabase("webhooks", (database) => {
  let world: ServedWorld;
  beforeAll(async () => {
    world = await createServedWorld(database);
    await addAgent(world, "agent_456");
    await addAgent(world, "agent_789");
  });
  afterAll(() => world.close());

  test("a call is answered by the agent, and its end is stored", async () => {
    const number = await newNumber(world);
    await assign(world, number);
    const call = await world.emulator.control.placeCall({ from: CALLER, to: number.e164 });
    expect(call.webhooks.map(({ kind, status }) => [kind, status])).toEqual([
      ["voice", 200],
      ["status", 204],
    ]);
    expect(call.webhooks[0]?.contentType).toMatch(/^text\/xml/);
    expect(call.twiml).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><Response><Say language="en-US">This is agent_456.</Say></Response>',
    );
    expect(call.call.status).toBe("completed");
    expect(world.lines).toContainEqual(
      expect.objectContaining({
        msg: "callback.stored",
        sid: call.callSid,
        status: "completed",
        isNew: true,
      }),
    );
  });

  test("a call that the agent rejects is rejected", async () => {
    const voice = { kind: "reject", reason: "busy" };
    await world.request("POST", "/api/agents", { id: "agent_busy", name: "Busy", voice });
    const number = await newNumber(world);
    await assign(world, number, { chatbotId: "agent_busy" });
    const call = await world.emulator.control.placeCall({ from: CALLER, to: number.e164 });
    expect(call.twiml).toContain('<Reject reason="busy"/>');
    expect(call.call.status).toBe("busy");
  });

  test("an SMS is answered by the agent", async () => {
    const number = await newNumber(world);
    await assign(world, number, { enableSms: true });
    const message = await world.emulator.control.receiveMessage({
      from: CALLER,
      to: number.e164,
      body: "Hello?",
    });
    expect(message.route).toMatchObject({ kind: "number" });
    expect(message.webhooks).toMatchObject([{ kind: "message", status: 200 }]);
    expect(message.replies).toMatchObject([
      { to: CALLER, from: number.e164, body: "agent_456 has your message." },
    ]);
  });

  test("a WhatsApp message is answered by the agent", async () => {
    const number = await newWhatsAppNumber(world);
    await assign(world, number, { enableWhatsApp: true });
    const message = await world.emulator.control.receiveMessage({
      from: CALLER,
      to: number.e164,
      body: "Hello?",
      channel: "whatsapp",
    });
    expect(message.route).toMatchObject({ kind: "sender", sid: number.senderSid });
    expect(message.replies).toMatchObject([
      { to: `whatsapp:${CALLER}`, body: "agent_456 has your message." },
    ]);
  });

  test("messages through a Messaging Service that was taken over are answered on both channels", async () => {
    const number = await newWhatsAppNumber(world);
    newService(world, [number.sid, number.senderSid]);
    await assign(world, number, { enableSms: true, enableWhatsApp: true, takeover: true });
    for (const channel of ["sms", "whatsapp"] as const) {
      const inbound = { from: CALLER, to: number.e164, body: "Hello?", channel };
      const message = await world.emulator.control.receiveMessage(inbound);
      expect(message.replies).toMatchObject([{ body: "agent_456 has your message." }]);
    }
  });

  test("when the voice URL fails, the fallback answers", async () => {
    const number = await newNumber(world);
    await assign(world, number);
    // Nothing listens on the discard port.
    world.emulator.control.updateNumber(number.sid, { voice_url: "http://127.0.0.1:9/gone" });
    const call = await world.emulator.control.placeCall({ from: CALLER, to: number.e164 });
    expect(call.webhooks.at(-2)).toMatchObject({ kind: "fallback", status: 200 });
    expect(call.twiml).toContain("This is agent_456.");
  });

  test("a number that nobody answers any more rejects calls and leaves messages without a reply", async () => {
    const number = await newNumber(world);
    await assign(world, number);
    await unassign(world, number);
    const voice = await world.postSigned("/api/twilio/voice?agentId=agent_456", callTo(number));
    expect(await voice.text()).toContain("<Reject");
    const sms = {
      AccountSid: ACCOUNT_SID,
      MessageSid: `SM${"1".repeat(32)}`,
      From: CALLER,
      To: number.e164,
      Body: "?",
    };
    const message = await world.postSigned("/api/twilio/webhook", sms);
    expect(await message.text()).toMatch(/<Response\/>$/);
  });

  test("an old agent in the URL is answered by the agent that the number has now", async () => {
    const number = await newNumber(world);
    await assign(world, number, { chatbotId: "agent_789" });
    const answer = await world.postSigned("/api/twilio/voice?agentId=agent_456", callTo(number));
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain("This is agent_789.");
  });

  test("an agent that was changed speaks its new text in the next call, without a change in Twilio", async () => {
    const number = await newNumber(world);
    await addAgent(world, "agent_changing");
    await assign(world, number, { chatbotId: "agent_changing" });
    world.emulator.control.clearRequests();
    const voice = { kind: "say", text: "Hello & goodbye <now>" };
    await world.request("PATCH", "/api/agents/agent_changing", { voice });
    const call = await world.emulator.control.placeCall({ from: CALLER, to: number.e164 });
    expect(call.verbs).toMatchObject([{ name: "Say", text: "Hello & goodbye <now>" }]);
    expect(world.emulator.control.requests()).toEqual([]);
  });

  test.each([
    ["about neither a call nor a message", { AccountSid: ACCOUNT_SID, CallStatus: "completed" }],
    ["without a status", { AccountSid: ACCOUNT_SID, CallSid: `CA${"9".repeat(32)}` }],
  ])("a status callback %s is refused", async (_name, params) => {
    expect((await world.postSigned("/api/twilio/status", params)).status).toBe(400);
  });

  test("two callbacks of one call are two, the same one twice is one", async () => {
    const ringing: Params = { ...endOfCallTo(freshNames()), CallStatus: "ringing" };
    const completed = { ...ringing, CallStatus: "completed", SequenceNumber: "1" };
    for (const params of [completed, ringing, ringing, completed])
      await world.postSigned("/api/twilio/status", params);
    const stored = world.lines.filter(({ msg, sid }) => msg === "callback.stored" && sid === ringing.CallSid);
    expect(stored.map(({ status, isNew }) => [status, isNew])).toEqual([
      ["completed", true],
      ["ringing", true],
      ["ringing", false],
      ["completed", false],
    ]);
  });

  test("a callback with a status and a parameter that nobody knows yet is kept as it came, and counted", async () => {
    const number = await newNumber(world);
    await assign(world, number);
    const params: Params = { ...endOfCallTo(number), CallStatus: "teleported", HeardOfNever: "so far" };
    expect((await world.postSigned("/api/twilio/status", params)).status).toBe(204);
    const { body } = await world.request("GET", `/api/calls/${params.CallSid}`);
    expect(body.events).toMatchObject([{ status: "teleported", params }]);
    const metrics = await world.request("GET", "/metrics");
    expect(metrics.body).toContain('switchhook_unknown_statuses_total{kind="call"} 1');
  });

  test("a call shows what its callbacks say: who answered it, and how it ended", async () => {
    const number = await newNumber(world);
    await assign(world, number);
    const end: Params = { ...endOfCallTo(number), AnsweredBy: "machine_start", SipResponseCode: "200" };
    await world.postSigned("/api/twilio/voice", callTo(number));
    await world.postSigned("/api/twilio/status", end);
    const { body } = await world.request("GET", `/api/calls?phoneNumberId=${number.id}`);
    expect(body.calls).toMatchObject([{ sid: end.CallSid, answeredBy: "machine_start", sipCode: 200 }]);
  });

  test("a callback with characters that cannot be stored is stored without them, once", async () => {
    const params: Params = {
      ...endOfCallTo(freshNames()),
      CallStatus: "completed\0",
      SequenceNumber: "\0",
      CallerName: "Ana\0",
      "Unheard\0of": "1",
    };
    const answers = [
      await world.postSigned("/api/twilio/status", params),
      await world.postSigned("/api/twilio/status", params),
    ];
    expect(answers.map(({ status }) => status)).toEqual([204, 204]);
    const stored = world.lines.filter(({ msg, sid }) => msg === "callback.stored" && sid === params.CallSid);
    expect(stored).toMatchObject([
      { status: "completed\uFFFD", isNew: true },
      { status: "completed\uFFFD", isNew: false },
    ]);
  });

  test("the log holds neither a body, nor a token, nor a whole phone number", async () => {
    const number = await newNumber(world);
    await assign(world, number, { enableSms: true });
    const body = "a very private message";
    await world.emulator.control.receiveMessage({ from: CALLER, to: number.e164, body });
    await world.emulator.control.placeCall({ from: CALLER, to: number.e164 });
    const text = JSON.stringify(world.lines);
    for (const secret of [body, AUTH_TOKEN, number.e164, CALLER]) expect(text).not.toContain(secret);
  });
});
