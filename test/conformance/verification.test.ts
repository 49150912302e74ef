// Who really answers, said from what is in Twilio now, whatever was done there behind our back.
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";
import {
  assign,
  newNumber,
  newService,
  newWhatsAppNumber,
  stored,
  type TestNumber,
  urlsOf,
  verify,
  writes,
} from "../support/numbers.ts";
import { addAgent, createWorld, type World } from "../support/world.ts";

const TRUNK = `TK${"1".repeat(32)}`;
const APPLICATION = `AP${"1".repeat(32)}`;
const THEIRS = "https://theirs.example.com/hook";

type WhatsAppNumber = TestNumber & { readonly senderSid: string };

interface Meddling {
  readonly name: string;
  readonly meddle: (world: World, number: WhatsAppNumber) => unknown;
  readonly channel: "voice" | "sms" | "whatsapp";
  readonly verdict: string;
  readonly field: string;
}

const MEDDLINGS: readonly Meddling[] = [
  {
    name: "somebody's voice URL",
    meddle: ({ emulator }, { sid }) => emulator.control.updateNumber(sid, { voice_url: THEIRS }),
    channel: "voice",
    verdict: "foreign",
    field: "voiceUrl",
  },
  {
    name: "no voice URL",
    meddle: ({ emulator }, { sid }) => emulator.control.updateNumber(sid, { voice_url: "" }),
    channel: "voice",
    verdict: "nobody",
    field: "voiceUrl",
  },
  {
    name: "another agent's voice URL",
    meddle: ({ emulator }, { sid }) =>
      emulator.control.updateNumber(sid, { voice_url: urlsOf("agent_789").voice }),
    channel: "voice",
    verdict: "ours_stale",
    field: "voiceUrl",
  },
  {
    name: "another deployment's voice URL",
    meddle: ({ emulator }, { sid }) =>
      emulator.control.updateNumber(sid, {
        voice_url: urlsOf("agent_456", "https://tunnel.example.com").voice,
      }),
    channel: "voice",
    verdict: "other_deployment",
    field: "voiceUrl",
  },
  {
    name: "a trunk",
    meddle: ({ emulator }, { sid }) => emulator.control.updateNumber(sid, { trunk_sid: TRUNK }),
    channel: "voice",
    verdict: "shadowed",
    field: "trunkSid",
  },
  {
    name: "a TwiML App for calls",
    meddle: ({ emulator }, { sid }) =>
      emulator.control.updateNumber(sid, { voice_application_sid: APPLICATION }),
    channel: "voice",
    verdict: "shadowed",
    field: "voiceApplicationSid",
  },
  {
    name: "a TwiML App for messages",
    meddle: ({ emulator }, { sid }) =>
      emulator.control.updateNumber(sid, { sms_application_sid: APPLICATION }),
    channel: "sms",
    verdict: "shadowed",
    field: "smsApplicationSid",
  },
  {
    name: "a Messaging Service around the number",
    meddle: (world, { sid }) => newService(world, [sid]),
    channel: "sms",
    verdict: "shadowed",
    field: "useInboundWebhookOnNumber",
  },
  {
    name: "somebody's WhatsApp callback",
    meddle: ({ emulator }, { senderSid }) =>
      emulator.control.updateSender(senderSid, { callback_url: THEIRS }),
    channel: "whatsapp",
    verdict: "foreign",
    field: "callbackUrl",
  },
  {
    name: "a Messaging Service around the WhatsApp sender",
    meddle: (world, { senderSid }) => newService(world, [senderSid]),
    channel: "whatsapp",
    verdict: "shadowed",
    field: "inboundRequestUrl",
  },
];

describeEachDatabase("verification", (database) => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld({ database });
    await addAgent(world, "agent_456");
  });
  afterAll(() => world.close());

  async function newAssignedNumber(): Promise<WhatsAppNumber> {
    const number = await newWhatsAppNumber(world);
    const answer = await assign(world, number, { enableSms: true, enableWhatsApp: true });
    expect(answer.status).toBe(200);
    return number;
  }

  test.each(MEDDLINGS)("$name behind our back: $channel is $verdict", async (meddling) => {
    const number = await newAssignedNumber();
    meddling.meddle(world, number);
    world.emulator.control.clearRequests();
    const { body } = await verify(world, number);
    expect(body).toMatchObject({
      configured: false,
      effective: { [meddling.channel]: { verdict: meddling.verdict, reason: expect.any(String) } },
      errors: [],
    });
    expect(body.differences).toContainEqual(expect.objectContaining({ field: meddling.field }));
    expect(writes(world)).toEqual([]);
    expect(await stored(world, number)).toMatchObject({ chatbotId: "agent_456", health: "drifted" });
  });

  test("configuring a number again puts our URLs back over somebody else's", async () => {
    const number = await newAssignedNumber();
    world.emulator.control.updateNumber(number.sid, { voice_url: THEIRS, sms_url: "" });
    await verify(world, number);
    const answer = await world.request("POST", "/api/phone-numbers/webhooks", { phoneNumberId: number.id });
    expect(answer.body).toMatchObject({ success: true, message: "2 fields were written." });
    expect((await verify(world, number)).body).toMatchObject({ configured: true, differences: [] });
    expect(await stored(world, number)).toMatchObject({ health: "ok" });
  });

  test("a change on a channel that is not ours to manage is shown and is no difference", async () => {
    const number = await newNumber(world);
    await assign(world, number);
    world.emulator.control.updateNumber(number.sid, { sms_url: THEIRS });
    expect((await verify(world, number)).body).toMatchObject({
      configured: true,
      webhooks: { smsUrl: THEIRS },
      effective: { sms: { verdict: "foreign", url: THEIRS } },
      differences: [],
    });
  });

  test("a sender that went offline is told, and the number is not configured any more", async () => {
    const number = await newAssignedNumber();
    world.emulator.control.setSenderStatus(number.senderSid, "OFFLINE");
    expect((await verify(world, number)).body).toMatchObject({
      configured: false,
      webhooks: { whatsApp: { status: "OFFLINE" } },
      effective: { voice: { verdict: "ours" }, whatsapp: { verdict: "nobody" } },
    });
    expect(await stored(world, number)).toMatchObject({ health: "drifted" });
  });

  test("a number that is gone from Twilio is told as such", async () => {
    const number = await newAssignedNumber();
    world.emulator.control.releaseNumber(number.sid);
    expect(await verify(world, number)).toMatchObject({ status: 502, body: { code: "twilio_not_found" } });
  });
});
