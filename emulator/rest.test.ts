import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type DemoAccount, type Emulator, seedDemo, startEmulator } from "./index.ts";
import { sdk } from "./test-kit.ts";

let emulator: Emulator;
let demo: DemoAccount;
let client: ReturnType<typeof sdk>;

beforeEach(async () => {
  emulator = await startEmulator();
  demo = seedDemo(emulator.control);
  client = sdk(emulator, demo.accountSid, demo.authToken);
});

afterEach(() => emulator.close());

const pn = (ordinal: number) => demo.numbers[ordinal - 1]?.sid ?? "";
const TRUNK = `TK${"a".repeat(32)}`;
const APP = `AP${"a".repeat(32)}`;

describe("numbers", () => {
  test("unset fields come back as the mixture of empty text and null that Twilio sends", async () => {
    const number = await client.incomingPhoneNumbers(pn(1)).fetch();
    expect(number).toMatchObject({
      voiceUrl: null,
      voiceFallbackUrl: null,
      trunkSid: null,
      smsUrl: "",
      smsApplicationSid: "",
      voiceApplicationSid: "",
      statusCallback: "",
    });
  });

  test("what is set and then cleared leaves the number exactly as before", async () => {
    const before = emulator.control.snapshot();
    await client
      .incomingPhoneNumbers(pn(1))
      .update({ voiceUrl: "https://a.example.com/v", smsUrl: "https://a.example.com/s" });
    expect(emulator.control.snapshot()).not.toEqual(before);
    await client.incomingPhoneNumbers(pn(1)).update({ voiceUrl: "", smsUrl: "" });
    expect(emulator.control.snapshot()).toEqual(before);
  });

  test("whoever changes a number is recorded, and who writes what is there already is not", async () => {
    const voiceUrl = "https://a.example.com/v";
    await client.incomingPhoneNumbers(pn(1)).update({ voiceUrl });
    await client.incomingPhoneNumbers(pn(1)).update({ voiceUrl });
    emulator.control.updateNumber(pn(1), { voice_url: "https://b.example.com/v" });
    emulator.control.updateNumber(pn(2), { voice_url: "https://b.example.com/v" });
    const events = await client.monitor.v1.events.list({ resourceSid: pn(1) });
    expect(events).toMatchObject([
      { actorType: "account", actorSid: demo.accountSid, source: "api", eventType: "phone-number.updated" },
      { actorType: "user", source: "web", resourceSid: pn(1) },
    ]);
    expect(events[1]?.eventData).toEqual({
      resource_properties: { voice_url: { previous: voiceUrl, updated: "https://b.example.com/v" } },
    });
  });

  test("a trunk removes the TwiML App, and an App removes the trunk", async () => {
    const onTrunk = await client.incomingPhoneNumbers(pn(6)).update({ trunkSid: TRUNK });
    expect(onTrunk).toMatchObject({ trunkSid: TRUNK, voiceApplicationSid: "" });
    const onApp = await client.incomingPhoneNumbers(pn(6)).update({ voiceApplicationSid: APP });
    expect(onApp).toMatchObject({ trunkSid: null, voiceApplicationSid: APP });
  });

  test("a URL leaves the TwiML App in place", async () => {
    const number = await client.incomingPhoneNumbers(pn(6)).update({ voiceUrl: "https://a.example.com/v" });
    expect(number.voiceApplicationSid).not.toBe("");
  });

  test.each([
    ["relative", "/voice"],
    ["localhost", "http://localhost:3000/voice"],
    ["loopback", "http://127.0.0.1/voice"],
    ["without a dot", "https://intranet/voice"],
    ["underscore in the host", "https://my_app.example.com/voice"],
    ["another scheme", "ftp://example.com/voice"],
  ])("refuses a voice URL: %s", async (_name, voiceUrl) => {
    const before = emulator.control.snapshot();
    const update = client.incomingPhoneNumbers(pn(1)).update({ voiceUrl, friendlyName: "changed" });
    await expect(update).rejects.toMatchObject({ status: 400, code: 21402 });
    expect(emulator.control.snapshot()).toEqual(before);
  });

  test("refuses a method that is neither GET nor POST", async () => {
    const update = client.incomingPhoneNumbers(pn(1)).update({ voiceMethod: "PATCH" });
    await expect(update).rejects.toMatchObject({ status: 400 });
  });

  test("moves to a subaccount, and leaves its Messaging Service", async () => {
    await client.incomingPhoneNumbers(pn(2)).update({ accountSid: demo.subaccount.accountSid });
    const sub = sdk(emulator, demo.subaccount.accountSid, demo.subaccount.authToken);
    expect((await sub.incomingPhoneNumbers.list()).map((number) => number.sid)).toEqual([pn(2)]);
    await expect(client.incomingPhoneNumbers(pn(2)).fetch()).rejects.toMatchObject({
      status: 404,
      code: 20404,
    });
    expect(emulator.control.snapshot().members).not.toContainEqual(expect.objectContaining({ sid: pn(2) }));
  });

  test("is bought, and released", async () => {
    const number = await client.incomingPhoneNumbers.create({ areaCode: "212", friendlyName: "new" });
    expect(number).toMatchObject({ friendlyName: "new", phoneNumber: expect.stringMatching(/^\+1212/) });
    expect(await client.incomingPhoneNumbers(number.sid).remove()).toBe(true);
    await expect(client.incomingPhoneNumbers(number.sid).fetch()).rejects.toMatchObject({ status: 404 });
  });
});

describe("accounts and credentials", () => {
  test("the parent reads the subaccount's token, and works in its path", async () => {
    const sub = await client.api.v2010.accounts(demo.subaccount.accountSid).fetch();
    expect(sub).toMatchObject({ authToken: demo.subaccount.authToken, ownerAccountSid: demo.accountSid });
    const number = emulator.control.createNumber(demo.subaccount.accountSid, { phoneNumber: "+12125550100" });
    const inPath = client.api.v2010.accounts(demo.subaccount.accountSid).incomingPhoneNumbers(number.sid);
    expect((await inPath.fetch()).phoneNumber).toBe("+12125550100");
    expect(await client.api.v2010.accounts.list({ friendlyName: "Demo subaccount" })).toHaveLength(1);
  });

  test("a subaccount does not reach its parent", async () => {
    const sub = sdk(emulator, demo.subaccount.accountSid, demo.subaccount.authToken, demo.accountSid);
    await expect(sub.incomingPhoneNumbers.list()).rejects.toMatchObject({ status: 401, code: 20003 });
  });

  test("wrong and revoked credentials are refused", async () => {
    await expect(sdk(emulator, demo.accountSid, "wrong").incomingPhoneNumbers.list()).rejects.toMatchObject({
      status: 401,
      code: 20003,
    });
    emulator.control.revokeCredentials(demo.accountSid);
    await expect(client.incomingPhoneNumbers.list()).rejects.toMatchObject({ status: 401, code: 20003 });
  });

  test("a standard key reads numbers, not accounts", async () => {
    const key = emulator.control.createApiKey(demo.accountSid);
    const withKey = sdk(emulator, key.sid, key.secret, demo.accountSid);
    expect(await withKey.incomingPhoneNumbers.list()).toHaveLength(8);
    await expect(withKey.api.v2010.accounts.list()).rejects.toMatchObject({ status: 401, code: 20003 });
  });

  test.each([[403], [404]] as const)("a restricted key is refused with %i", async (status) => {
    const deny = [{ pathPrefix: "/v1/Services", status }];
    const key = emulator.control.createApiKey(demo.accountSid, { deny });
    const withKey = sdk(emulator, key.sid, key.secret, demo.accountSid);
    await expect(withKey.messaging.v1.services.list()).rejects.toMatchObject({ status });
    expect(await withKey.incomingPhoneNumbers.list()).toHaveLength(8);
  });

  test("a secondary token works for REST at once, and becomes the token when promoted", async () => {
    const secondary = await client.accounts.v1.secondaryAuthToken().create();
    const second = sdk(emulator, demo.accountSid, secondary.secondaryAuthToken);
    expect(await second.incomingPhoneNumbers.list()).toHaveLength(8);
    const promoted = await second.accounts.v1.authTokenPromotion().update();
    expect(promoted.authToken).toBe(secondary.secondaryAuthToken);
    await expect(client.incomingPhoneNumbers.list()).rejects.toMatchObject({ status: 401 });
  });
});

describe("messaging services", () => {
  test("a number belongs to one service; where, only the service knows", async () => {
    const [deferring, shadowing] = await client.messaging.v1.services.list();
    const inShadowing = client.messaging.v1.services(shadowing?.sid ?? "").phoneNumbers;
    expect((await inShadowing(pn(3)).fetch()).phoneNumber).toBe("+14155550103");
    await expect(inShadowing(pn(2)).fetch()).rejects.toMatchObject({ status: 404 });
    await expect(inShadowing.create({ phoneNumberSid: pn(2) })).rejects.toMatchObject({
      status: 409,
      code: 21712,
    });
    expect(
      await client.messaging.v1
        .services(deferring?.sid ?? "")
        .phoneNumbers(pn(2))
        .remove(),
    ).toBe(true);
    expect((await inShadowing.create({ phoneNumberSid: pn(2) })).sid).toBe(pn(2));
  });

  test("a cleared inbound URL is null", async () => {
    const services = client.messaging.v1.services;
    const { sid } = await services.create({
      friendlyName: "mine",
      inboundRequestUrl: "https://a.example.com",
    });
    expect((await services(sid).update({ inboundRequestUrl: "" })).inboundRequestUrl).toBeNull();
  });

  test("lists its channel senders under another key than its numbers", async () => {
    const service = await client.messaging.v1.services.create({ friendlyName: "mine" });
    const senders = client.messaging.v1.services(service.sid).channelSenders;
    const [sender] = await client.messaging.v2.channelsSenders.list({ channel: "whatsapp" });
    await senders.create({ sid: sender?.sid ?? "" });
    expect(await senders.list()).toMatchObject([{ sender: "whatsapp:+14155550104", senderType: "WhatsApp" }]);
  });
});

test("regions, address configurations and applications can be read", async () => {
  expect((await client.routes.v2.phoneNumbers("+14155550101").fetch()).voiceRegion).toBe("us1");
  emulator.control.setRegion("+14155550101", "ie1");
  expect((await client.routes.v2.phoneNumbers("+14155550101").fetch()).voiceRegion).toBe("ie1");
  emulator.control.setAddressConfiguration(demo.accountSid, { address: "+14155550101" });
  const [address] = await client.conversations.v1.addressConfigurations.list();
  expect(address).toMatchObject({ address: "+14155550101", autoCreation: { enabled: true } });
  const application = await client.applications.create({
    friendlyName: "mine",
    voiceUrl: "https://a.example.com",
  });
  expect((await client.applications(application.sid).update({ voiceUrl: "" })).voiceUrl).toBeNull();
  expect(await client.applications.list()).toHaveLength(2);
});

test("every answer says how many requests are in flight, and which it was", async () => {
  const res = await fetch(`${emulator.url}/v1/Services`);
  expect(res.status).toBe(401);
  expect(res.headers.get("twilio-request-id")).toMatch(/^RQ[0-9a-f]{32}$/);
  expect(res.headers.get("twilio-concurrent-requests")).toBe("1");
  expect(res.headers.get("twilio-request-duration")).toMatch(/^\d+\.\d{3}$/);
});

test("without authentication the path, or else the first account, says who asks", async () => {
  const open = await startEmulator({ requireAuth: false, random: () => 0.5 });
  seedDemo(open.control);
  const read = async (path: string): Promise<unknown> => (await fetch(open.url + path)).json();
  expect(
    await read(`/2010-04-01/Accounts/${demo.subaccount.accountSid}/IncomingPhoneNumbers.json`),
  ).toMatchObject({
    incoming_phone_numbers: [],
  });
  expect(await read("/v1/Services")).toMatchObject({ services: [{}, {}], meta: { key: "services" } });
  await open.close();
});

test("an unknown path is answered with Twilio's 404", async () => {
  const authorization = `Basic ${btoa(`${demo.accountSid}:${demo.authToken}`)}`;
  const res = await fetch(`${emulator.url}/v1/Nothing`, { headers: { authorization } });
  expect(await res.json()).toEqual({
    code: 20404,
    message: "The requested resource /v1/Nothing was not found",
    more_info: "https://www.twilio.com/docs/errors/20404",
    status: 404,
  });
});

test("two emulators share nothing", async () => {
  const other = await startEmulator();
  const before = other.control.snapshot();
  await client.incomingPhoneNumbers(pn(1)).update({ voiceUrl: "https://a.example.com/v" });
  expect(other.control.snapshot()).toEqual(before);
  expect(other.control.requests()).toEqual([]);
  await other.close();
});
