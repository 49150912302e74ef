// What would answer instead of the agent, or belongs to somebody else, is refused with the reason and the way out; with
// `takeover` it is taken, recorded, and can be put back.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { NumberFields } from "../../emulator/index.ts";
import {
  assign,
  everything,
  lastOperation,
  newNumber,
  newService,
  newWhatsAppNumber,
  stored,
  type TestNumber,
  unassign,
  verify,
} from "../support/numbers.ts";
import { ACCOUNT_SID, addAgent, createWorld, type World } from "../support/world.ts";

const TRUNK = `TK${"1".repeat(32)}`;
const APPLICATION = `AP${"1".repeat(32)}`;
const OTHER = "https://other-deployment.example.com";

interface Shadow {
  readonly name: string;
  readonly create: (world: World) => Promise<TestNumber>;
  readonly input: object;
  readonly channel: "voice" | "sms" | "whatsapp";
  readonly field: string;
}

const withFields = (fields: NumberFields) => (world: World) => newNumber(world, fields);

const SHADOWS: readonly Shadow[] = [
  {
    name: "a SIP trunk",
    create: withFields({ trunk_sid: TRUNK, voice_url: "https://before.example.com/voice" }),
    input: {},
    channel: "voice",
    field: "trunkSid",
  },
  {
    name: "a TwiML App for calls",
    create: withFields({ voice_application_sid: APPLICATION }),
    input: {},
    channel: "voice",
    field: "voiceApplicationSid",
  },
  {
    name: "being set to receive faxes",
    create: withFields({ voice_receive_mode: "fax" }),
    input: {},
    channel: "voice",
    field: "voiceReceiveMode",
  },
  {
    name: "a TwiML App for messages",
    create: withFields({ sms_application_sid: APPLICATION, sms_url: "https://before.example.com/sms" }),
    input: { enableSms: true },
    channel: "sms",
    field: "smsApplicationSid",
  },
  {
    name: "the Messaging Service of the number",
    create: async (world) => {
      const number = await newNumber(world);
      newService(world, [number.sid]);
      return number;
    },
    input: { enableSms: true },
    channel: "sms",
    field: "useInboundWebhookOnNumber",
  },
  {
    name: "the Messaging Service of the WhatsApp sender",
    create: async (world) => {
      const number = await newWhatsAppNumber(world);
      newService(world, [number.senderSid]);
      return number;
    },
    input: { enableWhatsApp: true },
    channel: "whatsapp",
    field: "inboundRequestUrl",
  },
];

describe("takeover", () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld({ database: "PostgreSQL" });
    world.emulator.control.createApplication(ACCOUNT_SID, {
      sid: APPLICATION,
      voice_url: "https://app.example.com/voice",
      sms_url: "https://app.example.com/sms",
    });
    await addAgent(world, "agent_456");
    await addAgent(world, "agent_789");
  });
  afterAll(() => world.close());

  test.each(SHADOWS)("$name shadows the number and is refused", async ({ create, input, field }) => {
    const number = await create(world);
    const before = await everything(world);
    const refused = await assign(world, number, input);
    expect(refused).toMatchObject({ status: 409, body: { code: "number_shadowed", outcome: "refused" } });
    expect(refused.body.shadowedBy).toEqual(
      expect.arrayContaining([expect.objectContaining({ field, value: expect.any(String) })]),
    );
    expect(refused.body.detail).toContain("takeover: true");
    expect(await everything(world)).toEqual(before);
    expect(await lastOperation(world, number)).toMatchObject({
      id: refused.body.operationId,
      state: "refused",
      error: { code: "number_shadowed" },
    });
  });

  test.each(SHADOWS)("$name is taken over on request, recorded, and put back", async (shadow) => {
    const number = await shadow.create(world);
    const before = world.emulator.control.snapshot();
    const taken = await assign(world, number, { ...shadow.input, takeover: true });
    expect(taken.status).toBe(200);
    const verified = await verify(world, number);
    expect(verified.body).toMatchObject({
      configured: true,
      effective: { [shadow.channel]: { verdict: "ours" } },
    });
    const operation = await lastOperation(world, number);
    const recorded = operation.snapshot.map(
      ({ fields }: { fields: Record<string, string> }) => fields[shadow.field],
    );
    expect(operation.takeover).toBe(true);
    expect(recorded).toContainEqual(expect.stringMatching(/^(TK|AP|fax|false|https)/));

    await unassign(world, number, { restore: true });
    expect(world.emulator.control.snapshot()).toEqual(before);
  });

  test.each<[string, NumberFields, object]>([
    ["voice", { voice_url: `${OTHER}/api/twilio/voice?agentId=theirs` }, {}],
    ["messages", { sms_url: `${OTHER}/prefix/api/twilio/webhook` }, { enableSms: true }],
  ])("another deployment's %s are taken over on request only", async (_name, fields, input) => {
    const number = await newNumber(world, fields);
    const before = await everything(world);
    const refused = await assign(world, number, input);
    expect(refused).toMatchObject({ status: 409, body: { code: "other_deployment" } });
    expect(refused.body.deployment).toMatch(/^https:\/\/other-deployment\.example\.com/);
    expect(await everything(world)).toEqual(before);

    expect((await assign(world, number, { ...input, takeover: true })).status).toBe(200);
    expect(JSON.stringify((await lastOperation(world, number)).snapshot)).toContain(OTHER);
  });

  test("another agent's number is refused, and named, until it is taken over", async () => {
    const number = await newNumber(world);
    await assign(world, number);
    const before = await everything(world);
    const refused = await assign(world, number, { chatbotId: "agent_789" });
    expect(refused).toMatchObject({ status: 409, body: { code: "number_assigned", agentId: "agent_456" } });
    expect(await everything(world)).toEqual(before);

    const taken = await assign(world, number, { chatbotId: "agent_789", takeover: true });
    expect(taken.body.phoneNumber.chatbotId).toBe("agent_789");
    expect(await stored(world, number)).toMatchObject({ chatbotId: "agent_789" });
    expect(JSON.stringify((await lastOperation(world, number)).snapshot)).toContain("agentId=agent_456");
    expect((await verify(world, number)).body).toMatchObject({ configured: true });
  });
});
