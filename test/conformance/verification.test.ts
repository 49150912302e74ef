// Who really answers, said from what is in Twilio now, whatever was done there behind our back.
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { drifts, sweep } from "../support/drift.ts";
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
import { ACCOUNT_SID, AUTH_TOKEN, addAgent, createWorld, type World } from "../support/world.ts";

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

describe("verification", () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld({ database: "PostgreSQL" });
    await addAgent(world, "agent_456");
    const application = { sid: APPLICATION, voice_url: THEIRS, sms_url: THEIRS };
    world.emulator.control.createApplication(ACCOUNT_SID, application);
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

  test.each(MEDDLINGS)(
    "$name behind our back: the request that verification names puts it right",
    async (meddling) => {
      const number = await newAssignedNumber();
      meddling.meddle(world, number);
      const { body } = await verify(world, number);
      expect(body.effective[meddling.channel].fix).toContainEqual(
        expect.objectContaining({ field: meddling.field }),
      );
      const { method, path, body: request } = body.fixRequest;
      expect((await world.request(method, path, request)).status).toBe(200);
      expect((await verify(world, number)).body).toMatchObject({
        configured: true,
        effective: { [meddling.channel]: { verdict: "ours", fix: [] } },
        fixRequest: null,
      });
    },
  );

  test("what needs no takeover is put right without one", async () => {
    const number = await newAssignedNumber();
    world.emulator.control.updateNumber(number.sid, { voice_url: THEIRS });
    expect((await verify(world, number)).body.fixRequest).toEqual({
      method: "POST",
      path: "/api/phone-numbers/webhooks",
      body: { phoneNumberId: number.id },
    });
  });

  test("a TwiML App that asks us answers as we do, and is a difference all the same", async () => {
    const number = await newAssignedNumber();
    const { sid } = world.emulator.control.createApplication(ACCOUNT_SID, {
      voice_url: urlsOf("agent_456").voice,
    });
    world.emulator.control.updateNumber(number.sid, { voice_application_sid: sid });
    expect((await verify(world, number)).body).toMatchObject({
      configured: false,
      effective: { voice: { verdict: "ours", decidedBy: { field: "voiceApplicationSid", sid } } },
      differences: [{ field: "voiceApplicationSid", before: sid, after: "" }],
    });
  });

  test("a TwiML App that Twilio does not show leaves it open who answers, and can be taken off", async () => {
    const number = await newAssignedNumber();
    world.emulator.control.updateNumber(number.sid, { voice_application_sid: `AP${"9".repeat(32)}` });
    expect((await verify(world, number)).body).toMatchObject({
      effective: { voice: { verdict: "unknown", fix: [{ field: "voiceApplicationSid" }] } },
      fixRequest: { body: { takeover: true } },
      errors: [expect.stringContaining("TwiML App")],
    });
  });

  test.each([
    [
      "a region elsewhere",
      ({ emulator }: World, { e164 }: TestNumber) => emulator.control.setRegion(e164, "ie1"),
      "voice",
      "processing_region",
    ],
    [
      "Conversations that start by themselves",
      ({ emulator }: World, { e164 }: TestNumber) =>
        emulator.control.setAddressConfiguration(ACCOUNT_SID, { address: e164 }),
      "sms",
      "conversations",
    ],
  ])(
    "%s may be in the way of what is set: told, and not called configured",
    async (_name, set, channel, kind) => {
      const number = await newAssignedNumber();
      set(world, number);
      expect((await verify(world, number)).body).toMatchObject({
        configured: false,
        effective: { [channel]: { verdict: "ours", warnings: [{ kind, reason: expect.any(String) }] } },
        differences: [],
        fixRequest: null,
      });
      expect(await stored(world, number)).toMatchObject({ health: "unverified" });
    },
  );

  test("what is in the way of a channel that is not ours to manage does not matter", async () => {
    const number = await newNumber(world);
    await assign(world, number);
    world.emulator.control.setAddressConfiguration(ACCOUNT_SID, { address: number.e164 });
    expect((await verify(world, number)).body).toMatchObject({ configured: true });
  });

  test("what only warns may be unreadable: it is said, and verification goes on", async () => {
    const number = await newAssignedNumber();
    const deny = ["/v2/PhoneNumbers", "/v1/Configuration"].map((pathPrefix) => ({ pathPrefix }));
    const { sid, secret } = world.emulator.control.createApiKey(ACCOUNT_SID, { deny });
    const credentials = { accountSid: ACCOUNT_SID, authToken: AUTH_TOKEN };
    const connect = (apiKey?: object) =>
      world.request("POST", "/api/twilio-accounts", { ...credentials, apiKey });
    expect((await connect({ sid, secret })).status).toBe(201);
    const { body } = await verify(world, number);
    await connect();
    expect(body).toMatchObject({ configured: true, effective: { voice: { verdict: "ours", warnings: [] } } });
    expect(body.errors).toEqual([
      expect.stringContaining("region"),
      expect.stringContaining("Conversations"),
    ]);
  });

  test("who hears what becomes of messages that others send is told for each way of sending", async () => {
    const number = await newAssignedNumber();
    const { sid } = world.emulator.control.createService(ACCOUNT_SID, { status_callback: THEIRS });
    world.emulator.control.addToService(sid, number.sid);
    expect((await verify(world, number)).body.messageStatus).toMatchObject({
      sms: {
        direct: { verdict: "nobody", decidedBy: null },
        throughService: { verdict: "foreign", url: THEIRS, decidedBy: { field: "statusCallback", sid } },
      },
      whatsapp: {
        direct: { verdict: "ours", decidedBy: { field: "statusCallbackUrl", sid: number.senderSid } },
        throughService: null,
      },
    });
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
      effective: { voice: { verdict: "ours" }, whatsapp: { verdict: "nobody", fix: [] } },
      fixRequest: null,
    });
    expect(await stored(world, number)).toMatchObject({ health: "drifted" });
  });

  test("a number that is gone from Twilio is told as such", async () => {
    const number = await newAssignedNumber();
    world.emulator.control.releaseNumber(number.sid);
    expect(await verify(world, number)).toMatchObject({ status: 502, body: { code: "twilio_not_found" } });
  });

  test("a verification that the database breaks off is made up for by the next one", async () => {
    const number = await newAssignedNumber();
    const { voice } = urlsOf("agent_456");
    world.emulator.control.updateNumber(number.sid, { voice_url: THEIRS });
    await sweep(world);
    expect(await drifts(world, `phoneNumberId=${number.id}`)).toMatchObject([{ state: "open" }]);
    world.emulator.control.updateNumber(number.sid, { voice_url: voice });
    await execute(`
      create function refuse() returns trigger language plpgsql as $$ begin raise exception 'broken off'; end $$;
      create trigger refuse before update on drift for each row execute function refuse()`);
    expect(await verify(world, number)).toMatchObject({ status: 500 });
    await execute("drop function refuse cascade");
    expect(await stored(world, number)).toMatchObject({ health: "drifted" });
    expect((await verify(world, number)).body).toMatchObject({ configured: true });
    expect(await stored(world, number)).toMatchObject({ health: "ok" });
    expect(await drifts(world, `phoneNumberId=${number.id}`)).toMatchObject([
      { state: "ended", endReason: "gone" },
    ]);
  });

  async function execute(statements: string): Promise<void> {
    const client = new Client({ connectionString: world.databaseUrl, options: "-c search_path=switchhook" });
    await client.connect();
    try {
      await client.query(statements);
    } finally {
      await client.end();
    }
  }
});
