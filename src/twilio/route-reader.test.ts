import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../emulator/index.ts";
import { type RouteFacts, resourcesOf } from "./observed.ts";
import { readRouteFacts } from "./route-reader.ts";
import { CREDENTIALS, emulatedClient, sid, type TestClient, testClient } from "./twilio.testing.ts";
import { readWebhooks } from "./webhook-manager.ts";

const { accountSid } = CREDENTIALS;
const E164 = "+14155550100";
const APP_URL = "https://app.example.com/hook";
const APPS = { voice_application_sid: sid("AP", 1), sms_application_sid: sid("AP", 2) };

let emulator: Emulator;
let client: TestClient;
let numberSid: string;

beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());

beforeEach(() => {
  emulator.control.reset();
  client = emulatedClient(emulator);
  emulator.control.createApplication(accountSid, { sid: APPS.voice_application_sid, voice_url: APP_URL });
  emulator.control.createApplication(accountSid, { sid: APPS.sms_application_sid, sms_url: APP_URL });
  numberSid = emulator.control.createNumber(accountSid, { phoneNumber: E164 }).sid;
});

const read = (by = client): Promise<RouteFacts> => readRouteFacts(by, { sid: numberSid, e164: E164 });

/** A client with an API key that is refused some paths. */
function restricted(status: 403 | 404, ...paths: readonly string[]): TestClient {
  const deny = paths.map((pathPrefix) => ({ pathPrefix, status }));
  const { sid: keySid, secret } = emulator.control.createApiKey(accountSid, { deny });
  return testClient(emulator.url, { credentials: { ...CREDENTIALS, apiKey: { sid: keySid, secret } } });
}

test("a number alone: nothing overrules it, and there is nothing to warn of", async () => {
  const nothing = { known: true, value: undefined };
  const facts = await read();
  expect(facts).toMatchObject({
    voiceApplication: nothing,
    smsApplication: nothing,
    voiceRegion: { known: true, value: "us1" },
    startsConversations: { sms: { known: true, value: false }, whatsapp: { known: true, value: false } },
  });
  const target = { sid: numberSid, e164: E164 };
  const observed = await readWebhooks(client, target, { sms: true, whatsapp: true });
  expect(resourcesOf(facts)).toEqual(resourcesOf(observed));
});

test("the Apps that the number names", async () => {
  emulator.control.updateNumber(numberSid, APPS);
  expect(await read()).toMatchObject({
    voiceApplication: { known: true, value: { voiceUrl: APP_URL, smsUrl: "" } },
    smsApplication: { known: true, value: { voiceUrl: "", smsUrl: APP_URL } },
  });
});

test("the status callback of a service, which is no part of what we restore", async () => {
  const service = emulator.control.createService(accountSid, { status_callback: APP_URL });
  emulator.control.addToService(service.sid, numberSid);
  const { service: found } = await read();
  expect(found).toMatchObject({ value: { statusCallback: APP_URL } });
  expect(found).not.toMatchObject({ value: { config: { fields: { statusCallback: APP_URL } } } });
});

test("the region of its calls, and the Conversations of both of its addresses", async () => {
  emulator.control.setRegion(E164, "ie1");
  emulator.control.setAddressConfiguration(accountSid, { address: E164, autoCreation: { enabled: false } });
  emulator.control.setAddressConfiguration(accountSid, { address: `whatsapp:${E164}`, type: "whatsapp" });
  expect(await read()).toMatchObject({
    voiceRegion: { known: true, value: "ie1" },
    startsConversations: { sms: { known: true, value: false }, whatsapp: { known: true, value: true } },
  });
});

test.each([403, 404] as const)("an App that may not be read, or is gone (%s), is unknown", async (status) => {
  emulator.control.updateNumber(numberSid, APPS);
  const { voiceApplication } = await read(
    restricted(status, `/2010-04-01/Accounts/${accountSid}/Applications`),
  );
  const reason = expect.stringContaining(`may not read the TwiML App for its calls (HTTP ${status}`);
  expect(voiceApplication).toEqual({ known: false, reason });
});

test("what only warns is left unknown, with the reason, whatever Twilio answers", async () => {
  emulator.control.addFault({
    path: "^/v2/PhoneNumbers/",
    effect: { kind: "error", status: 503 },
    times: 100,
  });
  const facts = await read(restricted(403, "/v1/Configuration"));
  const unknown = (what: string) => ({ known: false, reason: expect.stringContaining(what) });
  expect(facts).toMatchObject({
    voiceRegion: unknown("the region of its calls (HTTP 503"),
    startsConversations: { sms: unknown("(HTTP 403"), whatsapp: unknown("(HTTP 403") },
    service: { known: true },
  });
});
