// A number that is not what it was when it was last imported: it can more, or it was given up and bought anew.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";
import {
  assign,
  freshNames,
  inTwilio,
  newNumber,
  stored,
  type TestNumber,
  unassign,
  urlsOf,
  verify,
  writes,
} from "../support/numbers.ts";
import { ACCOUNT_SID, type Answer, addAgent, addNumber, createWorld, type World } from "../support/world.ts";

const OLD_VOICE_URL = "https://before.example.com/old-sid";
const NEW_VOICE_URL = "https://before.example.com/new-sid";

describeEachDatabase("a renewed number", (database) => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld({ database });
    await addAgent(world, "agent_456");
  });
  afterAll(() => world.close());

  function importNumbers(): Promise<Answer> {
    return world.request("POST", "/api/phone-numbers/import", { accountId: world.accountId });
  }

  test("that has gained SMS is updated, and can then be assigned with SMS", async () => {
    const { control } = world.emulator;
    const { id, e164 } = freshNames();
    const sid = await addNumber(world, id, { phoneNumber: e164, capabilities: { sms: false } });
    expect(await assign(world, { id }, { enableSms: true })).toMatchObject({
      status: 409,
      body: { code: "capability_missing" },
    });
    control.releaseNumber(sid);
    control.createNumber(ACCOUNT_SID, { sid, phoneNumber: e164 });
    expect((await importNumbers()).body).toMatchObject({ imported: 0, updated: 1, released: 0 });
    expect(await stored(world, { id })).toMatchObject({ capabilities: { sms: true }, health: "unassigned" });
    expect((await assign(world, { id }, { enableSms: true })).status).toBe(200);
    expect((await verify(world, { id })).body).toMatchObject({ configured: true });
  });

  test("that was not assigned stays unassigned under its new SID", async () => {
    const number = await newNumber(world);
    world.emulator.control.releaseNumber(number.sid);
    const { sid } = world.emulator.control.createNumber(ACCOUNT_SID, { phoneNumber: number.e164 });
    expect((await importNumbers()).body).toMatchObject({ updated: 1, released: 0 });
    expect(await stored(world, number)).toMatchObject({ status: "active", health: "unassigned" });
    expect((await assign(world, number)).status).toBe(200);
    expect(inTwilio(world, "numbers", sid)).toMatchObject({ voice_url: urlsOf("agent_456").voice });
  });

  test.each([
    ["noticed in between", true],
    ["noticed only afterwards", false],
  ])("that was given up and bought anew, %s, is drifted until it is configured", async (_name, isNoticed) => {
    const number = await newNumber(world, { voice_url: OLD_VOICE_URL });
    await assign(world, number, { enableSms: true });
    const sid = await buyAnew(number, isNoticed);
    expect(await stored(world, number)).toMatchObject({
      status: "active",
      chatbotId: "agent_456",
      health: "drifted",
      observedAt: null,
    });
    const configured = await world.request("POST", "/api/phone-numbers/webhooks", {
      phoneNumberId: number.id,
    });
    expect(configured.status).toBe(200);
    expect(writes(world).map(({ path }) => path)).toEqual([expect.stringContaining(sid)]);
    const { voice, message } = urlsOf("agent_456");
    expect(inTwilio(world, "numbers", sid)).toMatchObject({ voice_url: voice, sms_url: message });
    expect(await stored(world, number)).toMatchObject({ health: "ok" });
  });

  async function buyAnew({ sid, e164 }: TestNumber, isNoticed: boolean): Promise<string> {
    const { control } = world.emulator;
    control.releaseNumber(sid);
    if (isNoticed) await importNumbers();
    const anew = control.createNumber(ACCOUNT_SID, { phoneNumber: e164, voice_url: NEW_VOICE_URL });
    expect((await importNumbers()).body).toMatchObject({ imported: 0, updated: 1, released: 0 });
    control.clearRequests();
    return anew.sid;
  }

  let number: TestNumber;
  let newSid: string;
  beforeEach(async () => {
    number = await newNumber(world, { voice_url: OLD_VOICE_URL, sms_url: OLD_VOICE_URL });
    await assign(world, number, { enableSms: true });
    newSid = await buyAnew(number, true);
  });

  test("that was never configured again has nothing to restore, and is left alone", async () => {
    expect(await unassign(world, number, { restore: true })).toMatchObject({
      status: 409,
      body: { code: "nothing_to_restore" },
    });
    expect((await unassign(world, number)).status).toBe(200);
    expect(writes(world)).toEqual([]);
    expect(inTwilio(world, "numbers", newSid)).toMatchObject({ voice_url: NEW_VOICE_URL, sms_url: "" });
    expect(await stored(world, number)).toMatchObject({ chatbotId: null, health: "unassigned" });
  });

  test("that was configured again is restored to what stood at its new SID, not at the old one", async () => {
    const before = inTwilio(world, "numbers", newSid);
    await world.request("POST", "/api/phone-numbers/webhooks", { phoneNumberId: number.id });
    expect((await unassign(world, number, { restore: true })).status).toBe(200);
    expect(inTwilio(world, "numbers", newSid)).toEqual(before);
    expect(before).toMatchObject({ voice_url: NEW_VOICE_URL, sms_url: "" });
  });
});
