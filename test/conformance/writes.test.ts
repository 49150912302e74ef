// What an assignment writes to Twilio: the managed fields that differ, and nothing else.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { NumberFields } from "../../emulator/index.ts";
import {
  assign,
  inTwilio,
  newNumber,
  newWhatsAppNumber,
  unassign,
  urlsOf,
  verify,
  writes,
} from "../support/numbers.ts";
import { addAgent, createWorld, type World } from "../support/world.ts";

const urls = urlsOf("agent_456");
const VOICE = { VoiceUrl: urls.voice, VoiceFallbackUrl: urls.voiceFallback, StatusCallback: urls.status };
const SMS = { SmsUrl: urls.message, SmsFallbackUrl: urls.messageFallback };
const WHATSAPP = {
  callback_url: urls.message,
  fallback_url: urls.messageFallback,
  status_callback_url: urls.status,
};

describe("what is written to Twilio", () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld({ database: "PostgreSQL" });
    await addAgent(world, "agent_456");
  });
  afterAll(() => world.close());

  test.each<[string, NumberFields, object, Record<string, string>]>([
    ["voice alone", {}, {}, VOICE],
    ["voice and SMS", {}, { enableSms: true }, { ...VOICE, ...SMS }],
    [
      "a field that is right already is left out",
      { voice_url: urls.voice, status_callback: urls.status },
      {},
      { VoiceFallbackUrl: urls.voiceFallback },
    ],
    [
      "methods that are not POST become POST",
      { voice_method: "GET", voice_fallback_method: "GET", status_callback_method: "GET", sms_method: "GET" },
      {},
      { ...VOICE, VoiceMethod: "POST", VoiceFallbackMethod: "POST", StatusCallbackMethod: "POST" },
    ],
    [
      "somebody's voice URL is replaced, somebody's SMS URL is not touched",
      { voice_url: "https://demo.twilio.com/welcome/voice/", sms_url: "https://before.example.com/sms" },
      {},
      VOICE,
    ],
  ])("%s", async (_name, fields, input, params) => {
    const number = await newNumber(world, fields);
    expect((await assign(world, number, input)).status).toBe(200);
    expect(writes(world).map((request) => request.params)).toEqual([params]);
  });

  test("WhatsApp's webhooks go to the sender first, as JSON in snake case, and voice to the number", async () => {
    const number = await newWhatsAppNumber(world);
    expect((await assign(world, number, { enableWhatsApp: true })).status).toBe(200);
    expect(writes(world).map(({ path, params }) => [path.split("/").at(-1), params])).toEqual([
      [number.senderSid, { webhook: WHATSAPP }],
      [`${number.sid}.json`, VOICE],
    ]);
  });

  test("a sender's profile and configuration survive the change of its webhooks", async () => {
    const number = await newWhatsAppNumber(world);
    const before = inTwilio(world, "senders", number.senderSid);
    await assign(world, number, { enableWhatsApp: true });
    const webhook = { ...WHATSAPP, callback_method: "POST" };
    expect(inTwilio(world, "senders", number.senderSid)).toEqual({ ...before, webhook });
  });

  test("channels that are not asked for are neither read nor written", async () => {
    const number = await newWhatsAppNumber(world, { sms_url: "https://before.example.com/sms" });
    const sender = inTwilio(world, "senders", number.senderSid);
    await assign(world, number);
    expect(world.emulator.control.requests({ path: "/Senders|/Services" })).toEqual([]);
    expect(inTwilio(world, "senders", number.senderSid)).toEqual(sender);
    expect(inTwilio(world, "numbers", number.sid)).toMatchObject({
      sms_url: "https://before.example.com/sms",
    });
  });

  test("assigning the same again writes nothing", async () => {
    const number = await newWhatsAppNumber(world);
    const everyChannel = { enableSms: true, enableWhatsApp: true };
    await assign(world, number, everyChannel);
    world.emulator.control.clearRequests();
    const again = await assign(world, number, everyChannel);
    expect(again.body).toMatchObject({ success: true, operation: { changes: [] } });
    expect(writes(world)).toEqual([]);
  });

  test("assigning the same agent without a channel releases that channel", async () => {
    const number = await newWhatsAppNumber(world);
    await assign(world, number, { enableSms: true, enableWhatsApp: true });
    world.emulator.control.clearRequests();

    const answer = await assign(world, number);
    expect(answer.body.phoneNumber.channels).toEqual({ voice: true, sms: false, whatsapp: false });
    expect(writes(world).map(({ params }) => params)).toEqual([
      { webhook: { callback_url: "", fallback_url: "", status_callback_url: "" } },
      { SmsUrl: "", SmsFallbackUrl: "" },
    ]);
    expect((await verify(world, number)).body).toMatchObject({
      configured: true,
      effective: { voice: { verdict: "ours" }, sms: { verdict: "nobody" }, whatsapp: { verdict: "nobody" } },
    });
  });

  test("assigning the same agent with one more channel writes that channel alone", async () => {
    const number = await newNumber(world);
    await assign(world, number);
    world.emulator.control.clearRequests();
    await assign(world, number, { enableSms: true });
    expect(writes(world).map(({ params }) => params)).toEqual([SMS]);
  });

  test("taking a number back clears our URLs and nothing else", async () => {
    const number = await newNumber(world, { sms_url: "https://before.example.com/sms", voice_method: "GET" });
    await assign(world, number);
    world.emulator.control.clearRequests();
    await unassign(world, number);
    expect(writes(world).map(({ params }) => params)).toEqual([
      { VoiceUrl: "", VoiceFallbackUrl: "", StatusCallback: "" },
    ]);
    expect(inTwilio(world, "numbers", number.sid)).toMatchObject({
      sms_url: "https://before.example.com/sms",
    });
  });
});
