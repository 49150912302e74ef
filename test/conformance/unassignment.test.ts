// Taking a number back: what is still ours is cleared, or what stood there before us is put back.
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";
import {
  assign,
  inTwilio,
  newNumber,
  newService,
  newWhatsAppNumber,
  stored,
  unassign,
  writes,
} from "../support/numbers.ts";
import { ACCOUNT_SID, addAgent, createWorld, type World } from "../support/world.ts";

const EVERY_CHANNEL = { enableSms: true, enableWhatsApp: true, takeover: true };
const BEFORE_US = {
  voice_url: "https://before.example.com/voice",
  voice_method: "GET",
  voice_fallback_url: "https://before.example.com/fallback",
  status_callback: "https://before.example.com/status",
  status_callback_method: "GET",
  sms_url: "https://before.example.com/sms",
  sms_method: "GET",
  sms_fallback_url: "https://before.example.com/sms-fallback",
} as const;

describeEachDatabase("unassignment", (database) => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld({ database });
    await addAgent(world, "agent_456");
    await addAgent(world, "agent_789");
  });
  afterAll(() => world.close());

  test("restore puts the number, its sender and its Messaging Service back, field for field", async () => {
    const number = await newWhatsAppNumber(world, BEFORE_US);
    newService(world, [number.sid, number.senderSid]);
    const before = world.emulator.control.snapshot();
    expect((await assign(world, number, EVERY_CHANNEL)).status).toBe(200);
    expect(writes(world)).toHaveLength(3);
    expect((await unassign(world, number, { restore: true })).status).toBe(200);
    expect(world.emulator.control.snapshot()).toEqual(before);
    expect(await stored(world, number)).toMatchObject({ chatbotId: null, health: "unassigned" });
  });

  test("restore puts back what stood there before the first assignment, not the one before the last", async () => {
    const number = await newWhatsAppNumber(world, BEFORE_US);
    const before = world.emulator.control.snapshot();
    await assign(world, number);
    await assign(world, number, { ...EVERY_CHANNEL, chatbotId: "agent_789" });
    await world.request("POST", "/api/phone-numbers/webhooks", { phoneNumberId: number.id });
    await unassign(world, number, { restore: true });
    expect(world.emulator.control.snapshot()).toEqual(before);
  });

  test("without restore our URLs are cleared, and the number has nobody who answers", async () => {
    const number = await newWhatsAppNumber(world, BEFORE_US);
    await assign(world, number, EVERY_CHANNEL);
    await unassign(world, number);
    expect(inTwilio(world, "numbers", number.sid)).toMatchObject({
      voice_url: null,
      voice_fallback_url: null,
      status_callback: "",
      sms_url: "",
      sms_fallback_url: "",
    });
    const { webhook } = inTwilio(world, "senders", number.senderSid) as { webhook: Record<string, string> };
    expect(Object.keys(webhook).filter((key) => key.endsWith("_url"))).toEqual([]);
  });

  test.each([
    ["cleared", {}],
    ["restored", { restore: true }],
  ])("a URL that somebody else has set meanwhile stays when ours are %s", async (_name, input) => {
    const number = await newNumber(world);
    await assign(world, number, { enableSms: true });
    const theirs = "https://theirs.example.com/voice";
    world.emulator.control.updateNumber(number.sid, { voice_url: theirs });
    await unassign(world, number, input);
    expect(inTwilio(world, "numbers", number.sid)).toMatchObject({ voice_url: theirs, sms_url: "" });
    expect(await stored(world, number)).toMatchObject({ chatbotId: null });
  });

  test("a Messaging Service that another of our numbers relies on stays as it is", async () => {
    const [first, second] = [await newNumber(world, BEFORE_US), await newNumber(world)];
    const serviceSid = newService(world, [first.sid, second.sid]);
    await assign(world, first, { enableSms: true, takeover: true });
    await assign(world, second, { enableSms: true });
    await unassign(world, first, { restore: true });
    expect(inTwilio(world, "services", serviceSid)).toMatchObject({ use_inbound_webhook_on_number: true });
    expect(inTwilio(world, "numbers", first.sid)).toMatchObject(BEFORE_US);
  });

  test("a number that is gone from Twilio is only forgotten", async () => {
    const number = await newNumber(world);
    await assign(world, number);
    world.emulator.control.releaseNumber(number.sid);
    await world.request("POST", "/api/phone-numbers/import", { accountId: world.accountId });
    world.emulator.control.clearRequests();
    expect((await unassign(world, number)).body).toMatchObject({ success: true });
    expect(world.emulator.control.requests()).toEqual([]);
    expect(await stored(world, number)).toMatchObject({ chatbotId: null, status: "released" });
  });

  test("an agent that still answers a number is not deleted; one that answers none is", async () => {
    await addAgent(world, "agent_leaving");
    const number = await newNumber(world);
    await assign(world, number, { chatbotId: "agent_leaving" });
    const refused = await world.request("DELETE", "/api/agents/agent_leaving");
    expect(refused).toMatchObject({ status: 409, body: { code: "agent_in_use" } });
    await unassign(world, number);
    expect((await world.request("DELETE", "/api/agents/agent_leaving")).status).toBe(200);
  });

  test("an account is not forgotten while one of its numbers is assigned", async () => {
    const number = await newNumber(world);
    await assign(world, number);
    const refused = await world.request("DELETE", `/api/twilio-accounts/${world.accountId}`);
    expect(refused).toMatchObject({ status: 409, body: { code: "account_in_use" } });
    const { body } = await world.request("GET", "/api/twilio-accounts");
    expect(body.accounts).toMatchObject([{ id: world.accountId, sid: ACCOUNT_SID }]);
  });
});
