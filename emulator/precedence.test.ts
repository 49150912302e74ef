import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type Control,
  type Emulator,
  type NumberFields,
  type ServiceFields,
  startEmulator,
} from "./index.ts";
import { startReceiver, twiml } from "./test-kit.ts";

const TOKEN = "t".repeat(32);
const CALLER = "+14155559999";
const NUMBER = "+14155550100";
const APP = `AP${"1".repeat(32)}`;
const TRUNK = `TK${"1".repeat(32)}`;

let emulator: Emulator;
let control: Control;
let accountSid: string;
let receiver: Awaited<ReturnType<typeof startReceiver>>;

beforeEach(async () => {
  emulator = await startEmulator({ allowLocalhostUrls: true });
  control = emulator.control;
  accountSid = control.createAccount({ authToken: TOKEN }).sid;
  receiver = await startReceiver(TOKEN, { "/sms": twiml("<Message>hello</Message>") });
  control.createApplication(accountSid, {
    sid: APP,
    voice_url: `${receiver.url}/app-voice`,
    sms_url: `${receiver.url}/app-sms`,
    status_callback: `${receiver.url}/app-status`,
  });
  control.setTrunk(TRUNK, "sip:agents.example.com");
});

afterEach(async () => {
  await emulator.close();
  await receiver.close();
});

const paths = () => receiver.received.map((webhook) => webhook.path);
const number = (fields: NumberFields) => control.createNumber(accountSid, { phoneNumber: NUMBER, ...fields });
const at = (path: string) => `${receiver.url}${path}`;

const createService = (fields: object) =>
  control.createService(accountSid, { friendly_name: "s", ...fields });

/** The fields with every path turned into the receiver's URL. */
function absolute(fields: Readonly<Record<string, string | boolean>>): NumberFields & ServiceFields {
  const entries = Object.entries(fields).map(([field, value]) => [
    field,
    String(value).startsWith("/") ? at(String(value)) : value,
  ]);
  return Object.fromEntries(entries);
}

describe("a call", () => {
  test.each([
    ["nothing set", {}, "nobody", []],
    ["a voice URL", { voice_url: "/voice" }, "number", ["/voice", "/status"]],
    [
      "an App over the URL",
      { voice_url: "/voice", voice_application_sid: APP },
      "application",
      ["/app-voice", "/app-status"],
    ],
    ["a trunk over the URL", { voice_url: "/voice", trunk_sid: TRUNK }, "trunk", []],
    ["fax over the URL", { voice_url: "/voice", voice_receive_mode: "fax" }, "nobody", []],
  ])("with %s", async (_name, fields, kind, asked) => {
    number({ status_callback: at("/status"), ...absolute(fields) });
    const result = await control.placeCall({ from: CALLER, to: NUMBER });
    expect(result.route.kind).toBe(kind);
    expect(paths()).toEqual(asked);
    expect(receiver.received.every((webhook) => webhook.isSigned)).toBe(true);
  });

  test("goes to the trunk's address", async () => {
    number({ trunk_sid: TRUNK });
    const { route, call } = await control.placeCall({ from: CALLER, to: NUMBER });
    expect(route).toEqual({ kind: "trunk", sid: TRUNK, url: "sip:agents.example.com" });
    expect(call).toMatchObject({ trunk_sid: TRUNK, status: "completed", duration: "10" });
  });

  test("to a number processed in another region asks nothing here", async () => {
    number({ voice_url: at("/voice") });
    control.setRegion(NUMBER, "ie1");
    expect((await control.placeCall({ from: CALLER, to: NUMBER })).route.kind).toBe("region");
    expect(paths()).toEqual([]);
  });

  test("carries the parameters of a real one, and its end those of a real status callback", async () => {
    const { sid } = number({ voice_url: at("/voice"), status_callback: at("/status") });
    const { callSid, call } = await control.placeCall({ from: CALLER, to: NUMBER, answerSeconds: 61 });
    const [voice, ended] = receiver.received;
    expect(voice?.params).toMatchObject({
      AccountSid: accountSid,
      CallSid: callSid,
      CallStatus: "ringing",
      Direction: "inbound",
      From: CALLER,
      Caller: CALLER,
      To: NUMBER,
      Called: NUMBER,
      FromCountry: "US",
      ApiVersion: "2010-04-01",
    });
    expect(voice?.params.CallToken).toBeTruthy();
    expect(ended?.params).toMatchObject({
      CallStatus: "completed",
      CallDuration: "61",
      Duration: "2",
      SequenceNumber: "0",
      CallbackSource: "call-progress-events",
    });
    expect(call).toMatchObject({ phone_number_sid: sid, duration: "61", price: null });
  });

  test("that nobody takes ends without a duration", async () => {
    number({ voice_url: at("/voice"), status_callback: at("/status") });
    const { call } = await control.placeCall({ from: CALLER, to: NUMBER, outcome: "busy" });
    expect(call).toMatchObject({ status: "busy", duration: null });
    expect(receiver.received[1]?.params).toMatchObject({
      CallStatus: "busy",
      CallDuration: "0",
      SipResponseCode: "486",
    });
  });

  test("is asked about by GET where the number says so, with the parameters signed in the URL", async () => {
    number({ voice_url: at("/voice?agentId=a%20b"), voice_method: "GET" });
    await control.placeCall({ from: CALLER, to: NUMBER });
    expect(receiver.received[0]).toMatchObject({ method: "GET", isSigned: true, params: {} });
    expect(receiver.received[0]?.url).toContain("agentId=a%20b&AccountSid=");
  });
});

describe("an SMS", () => {
  test.each([
    ["no URL", {}, null, "nobody", []],
    ["a URL", { sms_url: "/sms" }, null, "number", ["/sms"]],
    ["an App over the URL", { sms_url: "/sms", sms_application_sid: APP }, null, "application", ["/app-sms"]],
    [
      "a service over the URL",
      { sms_url: "/sms" },
      { inbound_request_url: "/service" },
      "service",
      ["/service"],
    ],
    ["a service without a URL", { sms_url: "/sms" }, {}, "disabled", []],
    [
      "a service that defers",
      { sms_url: "/sms" },
      { inbound_request_url: "/service", use_inbound_webhook_on_number: true },
      "number",
      ["/sms"],
    ],
  ])("with %s", async (_name, fields, inService, kind, asked) => {
    const { sid } = number(absolute(fields));
    if (inService) control.addToService(createService(absolute(inService)).sid, sid);
    const result = await control.receiveMessage({ from: CALLER, to: NUMBER, body: "hi" });
    expect(result.route.kind).toBe(kind);
    expect(paths()).toEqual(asked);
    expect(control.snapshot().messages).toHaveLength(kind === "disabled" ? 0 : 1 + result.replies.length);
  });

  test("is answered by the TwiML's message", async () => {
    number({ sms_url: at("/sms") });
    const { replies, messageSid } = await control.receiveMessage({ from: CALLER, to: NUMBER, body: "hi" });
    expect(replies).toMatchObject([
      { direction: "outbound-reply", body: "hello", from: NUMBER, to: CALLER, status: "queued" },
    ]);
    expect(receiver.received[0]?.params).toMatchObject({
      MessageSid: messageSid,
      SmsSid: messageSid,
      SmsMessageSid: messageSid,
      Body: "hi",
      NumMedia: "0",
      NumSegments: "1",
      SmsStatus: "received",
    });
  });

  test("does not reach a number that is voice only", async () => {
    number({ sms_url: at("/sms") });
    control.createNumber(accountSid, { phoneNumber: "+14155550101", capabilities: { sms: false } });
    const message = control.receiveMessage({ from: CALLER, to: "+14155550101", body: "hi" });
    await expect(message).rejects.toThrow("takes SMS");
  });
});

describe("a WhatsApp message", () => {
  test.each([
    ["no service", null, "sender", ["/wa"]],
    ["a service without a URL", {}, "disabled", []],
    ["a service without a URL that defers", { use_inbound_webhook_on_number: true }, "disabled", []],
    ["a service with a URL", { inbound_request_url: "/service" }, "service", ["/service"]],
    [
      "a service that defers to its numbers",
      { inbound_request_url: "/service", use_inbound_webhook_on_number: true },
      "service",
      ["/service"],
    ],
  ])("with %s", async (_name, fields, kind, asked) => {
    const webhook = { callback_url: at("/wa") };
    const sender = control.createSender(accountSid, { phoneNumber: NUMBER, webhook });
    if (fields) control.addToService(createService(absolute(fields)).sid, sender.sid);
    const result = await control.receiveMessage({
      from: CALLER,
      to: NUMBER,
      body: "hi",
      channel: "whatsapp",
    });
    expect(result.route.kind).toBe(kind);
    expect(paths()).toEqual(asked);
    for (const { params } of receiver.received) {
      expect(params).toMatchObject({
        From: `whatsapp:${CALLER}`,
        To: `whatsapp:${NUMBER}`,
        WaId: "14155559999",
      });
    }
  });

  test.each([false, true])(
    "to a sender that is offline reaches nobody (in a service: %s)",
    async (isPooled) => {
      const sender = control.createSender(accountSid, {
        phoneNumber: NUMBER,
        webhook: { callback_url: at("/wa") },
      });
      control.setSenderStatus(sender.sid, "OFFLINE");
      if (isPooled)
        control.addToService(createService({ inbound_request_url: at("/service") }).sid, sender.sid);
      const result = await control.receiveMessage({
        from: CALLER,
        to: NUMBER,
        body: "hi",
        channel: "whatsapp",
      });
      expect(result.route.kind).toBe("nobody");
      expect(paths()).toEqual([]);
    },
  );
});

describe("a message to an address that starts Conversations", () => {
  const addresses = { sms: NUMBER, whatsapp: `whatsapp:${NUMBER}` } as const;

  test.each([
    ["sms", true, { enabled: true }, "conversation"],
    ["whatsapp", true, { enabled: true }, "conversation"],
    ["sms", true, { enabled: false }, "number"],
    // Sources conflict about whether the Conversation keeps it to itself.
    ["sms", false, { enabled: true }, "number"],
    ["whatsapp", false, { enabled: true }, "sender"],
  ] as const)(
    "%s, capturing %s, with %o goes to the %s",
    async (channel, isCapturing, autoCreation, kind) => {
      number({ sms_url: at("/sms") });
      control.createSender(accountSid, { phoneNumber: NUMBER, webhook: { callback_url: at("/sms") } });
      control.setAddressConfiguration(accountSid, {
        address: addresses[channel],
        type: channel,
        autoCreation,
      });
      control.conversationsCapture(isCapturing);
      const result = await control.receiveMessage({ from: CALLER, to: NUMBER, body: "hi", channel });
      expect(result.route.kind).toBe(kind);
      expect(paths()).toEqual(kind === "conversation" ? [] : ["/sms"]);
    },
  );

  test("is no concern of the number's other channel, nor of another account", async () => {
    number({ sms_url: at("/sms") });
    const { sid: stranger } = control.createAccount();
    control.setAddressConfiguration(accountSid, { address: addresses.whatsapp, type: "whatsapp" });
    control.setAddressConfiguration(stranger, { address: addresses.sms });
    control.conversationsCapture(true);
    const result = await control.receiveMessage({ from: CALLER, to: NUMBER, body: "hi" });
    expect(result.route.kind).toBe("number");
  });
});

test.each([
  [false, APP],
  [true, ""],
])(
  "with urlClearsApplication %s, setting a voice URL leaves the App as %j",
  async (urlClearsApplication, expected) => {
    const other = await startEmulator({ urlClearsApplication });
    const account = other.control.createAccount();
    const { sid } = other.control.createNumber(account.sid, {
      phoneNumber: NUMBER,
      voice_application_sid: APP,
    });
    expect(
      other.control.updateNumber(sid, { voice_url: "https://a.example.com" }).voice_application_sid,
    ).toBe(expected);
    await other.close();
  },
);

test("a subaccount's webhooks are signed with the subaccount's own token, the primary one", async () => {
  const sub = control.createAccount({ parentSid: accountSid, authToken: "s".repeat(32) });
  control.createNumber(sub.sid, { phoneNumber: NUMBER, voice_url: at("/voice") });
  await control.placeCall({ from: CALLER, to: NUMBER });
  expect(receiver.received[0]?.isSigned).toBe(false);
  control.rotateAuthToken(sub.sid, TOKEN);
  await control.placeCall({ from: CALLER, to: NUMBER });
  expect(receiver.received[1]?.isSigned).toBe(true);
});
