import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Control, type Emulator, startEmulator } from "./index.ts";
import { sdk, startReceiver, twiml } from "./test-kit.ts";

const TOKEN = "t".repeat(32);
const NUMBER = "+14155550100";
const TO = "+14155559999";

let emulator: Emulator;
let control: Control;
let accountSid: string;
let client: ReturnType<typeof sdk>;
let receiver: Awaited<ReturnType<typeof startReceiver>>;

async function start(autoAdvance: boolean): Promise<void> {
  emulator = await startEmulator({ allowLocalhostUrls: true, autoAdvance });
  control = emulator.control;
  accountSid = control.createAccount({ authToken: TOKEN }).sid;
  client = sdk(emulator, accountSid, TOKEN);
  control.createNumber(accountSid, { phoneNumber: NUMBER });
}

beforeEach(async () => {
  receiver = await startReceiver(TOKEN, { "/voice": twiml("<Say>Hi</Say>") });
  await start(false);
});

afterEach(async () => {
  await emulator.close();
  await receiver.close();
});

const at = (path: string) => `${receiver.url}${path}`;
const statuses = () => receiver.received.map(({ params }) => params.MessageStatus ?? params.CallStatus);

const send = (more: object = {}) => client.messages.create({ to: TO, from: NUMBER, body: "hi", ...more });

const EVENTS = ["initiated", "ringing", "answered", "completed"];
const dial = (more: object = {}) =>
  client.calls.create({ to: TO, from: NUMBER, url: at("/voice"), statusCallback: at("/status"), ...more });

describe("messages", () => {
  test("an SMS is queued, and each step is reported where the send said", async () => {
    const message = await send({ statusCallback: at("/status") });
    expect(message).toMatchObject({ status: "queued", numSegments: "1", price: null, dateSent: null });
    await control.advanceMessage(message.sid, "sent");
    await control.advanceMessage(message.sid, "delivered");
    expect(statuses()).toEqual(["sent", "delivered"]);
    expect(receiver.received[1]).toMatchObject({
      isSigned: true,
      params: {
        MessageSid: message.sid,
        SmsStatus: "delivered",
        RawDlrDoneDate: expect.stringMatching(/^\d{10}$/),
      },
    });
    expect(await client.messages(message.sid).fetch()).toMatchObject({ status: "delivered" });
  });

  test("a late callback is sent, but the message does not go back", async () => {
    const message = await send({ statusCallback: at("/status") });
    await control.advanceMessage(message.sid, "delivered");
    await control.advanceMessage(message.sid, "sent");
    expect(statuses()).toEqual(["delivered", "sent"]);
    expect((await client.messages(message.sid).fetch()).status).toBe("delivered");
  });

  test("a failure carries its code, in the callback and the resource", async () => {
    const message = await send({ statusCallback: at("/status") });
    await control.advanceMessage(message.sid, "undelivered", { errorCode: 30003 });
    expect(receiver.received[0]?.params.ErrorCode).toBe("30003");
    expect((await client.messages(message.sid).fetch()).errorCode).toBe(30003);
  });

  test("through a service it is accepted first, and reported to the service", async () => {
    const service = control.createService(accountSid, {
      friendly_name: "s",
      status_callback: at("/service"),
    });
    control.addToService(service.sid, (await client.incomingPhoneNumbers.list())[0]?.sid ?? "");
    const message = await client.messages.create({
      to: TO,
      messagingServiceSid: service.sid,
      body: "я".repeat(71),
    });
    expect(message).toMatchObject({ status: "accepted", numSegments: "0", from: null });
    await control.advanceMessage(message.sid, "sent");
    expect(receiver.received[0]).toMatchObject({
      path: "/service",
      params: { MessagingServiceSid: service.sid },
    });
    expect(await client.messages(message.sid).fetch()).toMatchObject({ numSegments: "2", from: NUMBER });
  });

  test("over WhatsApp it is reported to the sender's callback, with the channel's parameters", async () => {
    const webhook = { status_callback_url: at("/wa-status") };
    const sender = control.createSender(accountSid, { phoneNumber: NUMBER, webhook });
    const message = await send({ to: `whatsapp:${TO}`, from: `whatsapp:${NUMBER}` });
    await control.advanceMessage(message.sid, "delivered");
    await control.advanceMessage(message.sid, "read");
    expect(receiver.received.map(({ path, params }) => [path, params.EventType])).toEqual([
      ["/wa-status", "DELIVERED"],
      ["/wa-status", "READ"],
    ]);
    expect(receiver.received[0]?.params).toMatchObject({
      ChannelPrefix: "whatsapp",
      ChannelInstallSid: sender.sid,
    });
  });

  test.each([
    ["no recipient's number", { to: "hello" }, 21211],
    ["a sender that is not the account's", { from: "+14155550177" }, 21606],
    ["no body", { body: "" }, 21602],
    ["a callback that is no URL", { statusCallback: "nonsense" }, 21609],
  ])("refuses %s", async (_name, more, code) => {
    await expect(send(more)).rejects.toMatchObject({ status: 400, code });
    expect(control.snapshot().messages).toEqual([]);
  });

  test("a message that is delivered at once was sent, and is listed by the day of it", async () => {
    const message = await send();
    await control.advanceMessage(message.sid, "delivered");
    const dateSentAfter = new Date(Date.now() - 86_400_000);
    expect(await client.messages.list({ dateSentAfter })).toMatchObject([{ sid: message.sid }]);
  });

  test("the list filters by recipient and day", async () => {
    const message = await send();
    await control.advanceMessage(message.sid, "sent");
    await send({ to: "+14155558888" });
    expect(await client.messages.list({ to: TO })).toHaveLength(1);
    const dateSentAfter = new Date(Date.now() - 86_400_000);
    expect(await client.messages.list({ dateSentAfter })).toHaveLength(1);
    expect(await client.messages.list({ dateSentBefore: dateSentAfter })).toHaveLength(0);
  });

  test("runs through by itself when told to", async () => {
    await emulator.close();
    await start(true);
    const message = await send({ statusCallback: at("/status") });
    expect(message.status).toBe("queued");
    await control.idle();
    expect(statuses()).toEqual(["sent", "delivered"]);
    expect((await client.messages(message.sid).fetch()).status).toBe("delivered");
  });
});

describe("calls", () => {
  test("all four events are reported in their order, and the TwiML is fetched on answer", async () => {
    const call = await dial({ statusCallbackEvent: EVENTS });
    expect(call).toMatchObject({
      status: "queued",
      direction: "outbound-api",
      duration: null,
      startTime: null,
    });
    for (const state of ["initiated", "ringing", "in-progress"]) await control.advanceCall(call.sid, state);
    await control.advanceCall(call.sid, "completed", { durationSeconds: 49 });
    expect(
      receiver.received.map(({ path, params }) => [path, params.CallStatus, params.SequenceNumber]),
    ).toEqual([
      ["/status", "initiated", "0"],
      ["/status", "ringing", "1"],
      ["/status", "in-progress", "2"],
      ["/voice", "in-progress", undefined],
      ["/status", "completed", "3"],
    ]);
    expect(receiver.received.at(-1)?.params).toMatchObject({ CallDuration: "49", Duration: "1" });
    expect(await client.calls(call.sid).fetch()).toMatchObject({
      status: "completed",
      duration: "49",
      price: null,
    });
  });

  test("only the end is reported unless more was asked for", async () => {
    const call = await dial();
    await control.advanceCall(call.sid, "ringing");
    await control.advanceCall(call.sid, "busy");
    expect(receiver.received.map(({ params }) => [params.CallStatus, params.SipResponseCode])).toEqual([
      ["busy", "486"],
    ]);
  });

  test("canceled while queued, nothing is reported", async () => {
    const call = await dial({ statusCallbackEvent: EVENTS });
    expect((await client.calls(call.sid).update({ status: "canceled" })).status).toBe("canceled");
    await control.idle();
    expect(receiver.received).toEqual([]);
  });

  test("hanging up ends it, and reports that", async () => {
    const call = await dial();
    await control.advanceCall(call.sid, "in-progress");
    expect((await client.calls(call.sid).update({ status: "completed" })).status).toBe("completed");
    await control.idle();
    expect(statuses()).toEqual(["in-progress", "completed"]);
    await expect(client.calls(call.sid).update({ status: "completed" })).rejects.toMatchObject({
      code: 21220,
    });
  });

  test("given TwiML needs no URL", async () => {
    const call = await dial({ url: undefined, twiml: "<Response><Say>Hello</Say></Response>" });
    const { verbs } = await control.advanceCall(call.sid, "in-progress");
    expect(verbs).toMatchObject([{ name: "Say", text: "Hello" }]);
  });

  test("runs through by itself when told to, and its price comes later", async () => {
    await emulator.close();
    await start(true);
    const call = await dial({ statusCallbackEvent: EVENTS });
    await control.idle();
    expect(statuses()).toEqual(["initiated", "ringing", "in-progress", "in-progress", "completed"]);
    control.setPrice(call.sid, "-0.0140");
    expect((await client.calls(call.sid).fetch()).price).toBe("-0.0140");
  });
});
