import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Control, type Emulator, type EmulatorOptions, startEmulator } from "../../emulator/index.ts";
import { testClock } from "../base/clock.testing.ts";
import { type Observed, resourcesOf } from "./observed.ts";
import { CREDENTIALS, emulatedClient, fieldsOf, sid, type TestClient, testClient } from "./twilio.testing.ts";
import {
  applyChanges,
  type Change,
  type Fields,
  planWebhooks,
  type ResourceConfig,
} from "./webhook-config.ts";
import { readServicesAgain, readWebhooks, writeWebhooks } from "./webhook-manager.ts";

const E164 = "+14155550100";
const VOICE = { sms: false, whatsapp: false };
const SMS = { sms: true, whatsapp: false };
const ALL = { sms: true, whatsapp: true };
const VOICE_URL = "https://example.com/voice";
const MESSAGE_URL = "https://example.com/message";
const { accountSid } = CREDENTIALS;

let emulator: Emulator;
let control: Control;
let client: TestClient;
let numberSid: string;
/** What happens while somebody sleeps. */
let meanwhile: () => void;

async function start(options: EmulatorOptions = {}): Promise<void> {
  const clock = testClock(() => meanwhile());
  emulator = await startEmulator({ now: () => clock.now().getTime(), ...options });
  control = emulator.control;
  client = emulatedClient(emulator, { clock });
  numberSid = control.createNumber(accountSid, { phoneNumber: E164 }).sid;
}

beforeEach(async () => {
  meanwhile = () => {};
  await start();
});
afterEach(() => emulator.close());

const noLease = async () => {};
const read = (scope: typeof VOICE, by = client) => readWebhooks(by, { sid: numberSid, e164: E164 }, scope);
const service = (fields: object = {}) =>
  control.createService(accountSid, { friendly_name: "A service", ...fields });
const sender = () => control.createSender(accountSid, { phoneNumber: E164 });

/** A client with an API key that is refused some paths. */
const restricted = (...deny: string[]) => {
  const denied = deny.map((pathPrefix) => ({ pathPrefix }));
  const { sid: keySid, secret } = control.createApiKey(accountSid, { deny: denied });
  return testClient(emulator.url, { credentials: { ...CREDENTIALS, apiKey: { sid: keySid, secret } } });
};

/** The changes that give these fields to these resources. */
function changesTo(observed: Observed, wanted: Readonly<Record<string, Fields>>): readonly Change[] {
  const desired = resourcesOf(observed).flatMap((config): ResourceConfig[] => {
    const fields = wanted[config.sid];
    return fields ? [{ ...config, fields }] : [];
  });
  return planWebhooks(desired, resourcesOf(observed));
}

const writeVoiceUrl = async () => {
  const changes = changesTo(await read(VOICE), { [numberSid]: { voiceUrl: VOICE_URL } });
  control.clearRequests();
  return writeWebhooks(client, changes, noLease);
};

describe("reading", () => {
  test("gives every field that decides, as text, with nothing for what is not set", async () => {
    const { number } = await read(VOICE);
    expect(number).toEqual({
      resource: "number",
      sid: numberSid,
      fields: {
        voiceUrl: "",
        voiceMethod: "POST",
        voiceFallbackUrl: "",
        voiceFallbackMethod: "POST",
        statusCallback: "",
        statusCallbackMethod: "POST",
        voiceApplicationSid: "",
        trunkSid: "",
        voiceReceiveMode: "voice",
        smsUrl: "",
        smsMethod: "POST",
        smsFallbackUrl: "",
        smsFallbackMethod: "POST",
        smsApplicationSid: "",
      },
    });
  });

  test("finds the number's service, and the sender with its own", async () => {
    const [one, other] = [service({ inbound_request_url: MESSAGE_URL }), service()];
    const { sid: senderSid } = sender();
    control.addToService(one.sid, numberSid);
    control.addToService(other.sid, senderSid);
    const observed = await read(ALL);
    expect(observed).toMatchObject({
      service: { known: true, value: { friendlyName: "A service", config: { sid: one.sid } } },
      sender: { known: true, value: { status: "ONLINE", config: { sid: senderSid } } },
      senderService: { known: true, value: { config: { sid: other.sid } } },
    });
    expect(fieldsOf(resourcesOf(observed), one.sid)).toEqual({
      inboundRequestUrl: MESSAGE_URL,
      inboundMethod: "POST",
      fallbackUrl: "",
      fallbackMethod: "POST",
      useInboundWebhookOnNumber: "false",
    });
  });

  test("says that there is no service and no sender, where it has looked", async () => {
    service();
    const nothing = { known: true, value: undefined };
    expect(await read(ALL)).toMatchObject({ service: nothing, sender: nothing, senderService: nothing });
  });

  test("asks nothing about channels that are not managed", async () => {
    service();
    const observed = await read(VOICE);
    expect(control.requests()).toHaveLength(1);
    expect(observed).toMatchObject({ service: { known: false }, sender: { known: false } });
  });

  test("writes nothing", async () => {
    control.addToService(service().sid, numberSid);
    sender();
    const before = control.snapshot();
    await read(ALL);
    expect(control.snapshot()).toEqual(before);
  });

  test("finds the one service among many, never with more than 22 requests at a time", async () => {
    await emulator.close();
    await start({ concurrencyLimit: 22, latencyMs: 2 });
    const services = Array.from({ length: 60 }, () => service());
    control.addToService(services[57]?.sid ?? "", numberSid);
    expect(await read(SMS)).toMatchObject({ service: { value: { config: { sid: services[57]?.sid } } } });
    expect(control.requests({ status: 429 })).toEqual([]);
  });
});

describe("reading services again", () => {
  test("shows them as they are now, with one request each, and nothing else anew", async () => {
    const { sid: serviceSid } = service();
    control.addToService(serviceSid, numberSid);
    control.addToService(serviceSid, sender().sid);
    const observed = await read(ALL);
    control.updateService(serviceSid, { inbound_request_url: MESSAGE_URL });
    control.updateNumber(numberSid, { sms_url: MESSAGE_URL });
    control.clearRequests();
    const now = {
      value: { friendlyName: "A service", config: { fields: { inboundRequestUrl: MESSAGE_URL } } },
    };
    const again = await readServicesAgain(client, observed);
    expect(again).toMatchObject({ service: now, senderService: now });
    expect(again).toMatchObject({ number: observed.number, sender: observed.sender });
    expect(control.requests().map(({ path }) => path)).toEqual([`/v1/Services/${serviceSid}`]);
  });

  test("leaves what is not known, or not there, as it is", async () => {
    const observed = await read(ALL, restricted("/v1/Services"));
    control.clearRequests();
    expect(await readServicesAgain(client, observed)).toEqual(observed);
    expect(control.requests()).toEqual([]);
  });

  test("finds no service any more where it is gone", async () => {
    const { sid: serviceSid } = service();
    control.addToService(serviceSid, numberSid);
    const observed = await read(SMS);
    control.addFault({ path: serviceSid, effect: { kind: "error", status: 404, code: 20404 } });
    expect(await readServicesAgain(client, observed)).toMatchObject({
      service: { known: true, value: undefined },
    });
  });
});

describe("reading with a key that may not see everything", () => {
  test("leaves services unknown, and says why", async () => {
    const { service: found, sender: foundSender } = await read(ALL, restricted("/v1/Services"));
    expect(found).toMatchObject({
      known: false,
      reason: expect.stringContaining("Messaging Services (HTTP 403"),
    });
    expect(foundSender).toEqual({ known: true, value: undefined });
  });

  test("leaves senders and their service unknown", async () => {
    const observed = await read(ALL, restricted("/v2/Channels"));
    const unknown = { known: false, reason: expect.stringContaining("WhatsApp senders (HTTP 403") };
    expect(observed).toMatchObject({ sender: unknown, senderService: unknown, service: { known: true } });
  });

  test("leaves the membership unknown where the members may not be read", async () => {
    const { sid: serviceSid } = service();
    const { service: found } = await read(SMS, restricted(`/v1/Services/${serviceSid}/PhoneNumbers`));
    expect(found).toMatchObject({
      known: false,
      reason: expect.stringContaining("members of Messaging Services"),
    });
  });

  test("fails when the number itself may not be read", async () => {
    const blind = restricted("/2010-04-01/Accounts");
    await expect(read(VOICE, blind)).rejects.toMatchObject({ name: "TwilioError", isDenied: true });
  });

  test("fails when Twilio is down, which is not the same as not being allowed", async () => {
    control.addFault({ path: "/v1/Services$", effect: { kind: "error", status: 503 }, times: 100 });
    await expect(read(SMS)).rejects.toMatchObject({ name: "TwilioError", status: 503 });
  });
});

describe("writing", () => {
  test("writes sender, service and number, in this order, one request each, and leaves what was wanted", async () => {
    const [{ sid: serviceSid }, { sid: senderSid }] = [service(), sender()];
    control.addToService(serviceSid, senderSid);
    const observed = await read(ALL);
    const changes = changesTo(observed, {
      [numberSid]: { voiceUrl: VOICE_URL, voiceMethod: "GET", smsUrl: MESSAGE_URL },
      [serviceSid]: { inboundRequestUrl: MESSAGE_URL, useInboundWebhookOnNumber: "true" },
      [senderSid]: { callbackUrl: MESSAGE_URL, callbackMethod: "POST" },
    });
    const order: string[] = [];
    await writeWebhooks(client, changes, async () => {
      order.push(control.requests({ method: "POST" }).at(-1)?.path ?? "nothing yet");
    });
    const written = control.requests({ method: "POST" }).map(({ path }) => path);
    expect(written).toEqual([
      `/v2/Channels/Senders/${senderSid}`,
      `/v1/Services/${serviceSid}`,
      `/2010-04-01/Accounts/${accountSid}/IncomingPhoneNumbers/${numberSid}.json`,
    ]);
    expect(order).toEqual(["nothing yet", ...written.slice(0, 2)]);
    expect(resourcesOf(await read(ALL))).toEqual(applyChanges(resourcesOf(observed), changes));
  });

  test("sends the fields that change, cleared ones included, and no others", async () => {
    control.updateNumber(numberSid, { voice_application_sid: sid("AP"), sms_url: MESSAGE_URL });
    const changes = changesTo(await read(VOICE), {
      [numberSid]: { voiceUrl: VOICE_URL, voiceApplicationSid: "" },
    });
    await writeWebhooks(client, changes, noLease);
    expect(control.requests({ method: "POST" })).toMatchObject([
      { params: { VoiceUrl: VOICE_URL, VoiceApplicationSid: "" } },
    ]);
    expect(Object.keys(control.requests({ method: "POST" })[0]?.params ?? {})).toHaveLength(2);
  });

  test("of nothing asks nothing", async () => {
    await writeWebhooks(client, [], () => Promise.reject(new Error("There is no request to come before")));
    expect(control.requests()).toEqual([]);
  });

  test("stops before the next request when the caller may not go on", async () => {
    const changes = changesTo(await read(VOICE), { [numberSid]: { voiceUrl: VOICE_URL } });
    const lost = Promise.reject(new Error("The lease is lost"));
    await expect(writeWebhooks(client, changes, () => lost)).rejects.toThrow("The lease is lost");
    expect(control.requests({ method: "POST" })).toEqual([]);
  });

  test("stops at the first resource that Twilio refuses, so that the number keeps its calls", async () => {
    const { sid: senderSid } = sender();
    control.addFault({ path: "Senders/XE", method: "POST", effect: { kind: "error", status: 400 } });
    const changes = changesTo(await read(ALL), {
      [numberSid]: { voiceUrl: VOICE_URL },
      [senderSid]: { callbackUrl: MESSAGE_URL },
    });
    await expect(writeWebhooks(client, changes, noLease)).rejects.toMatchObject({
      status: 400,
      isAmbiguous: false,
    });
    expect((await read(VOICE)).number.fields.voiceUrl).toBe("");
  });
});

describe("verifying what was written", () => {
  const path = "IncomingPhoneNumbers/PN";
  /** Twilio accepts the write and answers with the number as it was before. */
  const answerWithOldState = () => {
    const body = JSON.stringify({ sid: numberSid, voice_url: null });
    control.addFault({ path, method: "POST", effect: { kind: "error", status: 200, body } });
  };

  test("is content with an answer that shows the change", async () => {
    await writeVoiceUrl();
    expect(control.requests()).toHaveLength(1);
    expect(client.clock.slept).toEqual([]);
  });

  test("reads until the change shows", async () => {
    answerWithOldState();
    meanwhile = () => {
      if (client.clock.slept.length === 2) control.updateNumber(numberSid, { voice_url: VOICE_URL });
    };
    await writeVoiceUrl();
    expect(control.requests({ method: "GET" })).toHaveLength(2);
  });

  test("fails, and says which fields, when the change never shows", async () => {
    answerWithOldState();
    await expect(writeVoiceUrl()).rejects.toMatchObject({
      code: "twilio_state_differs",
      extensions: { resource: numberSid, fields: ["voiceUrl"] },
    });
    expect(client.clock.slept.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(5_000);
  });

  test("waits for a sender until it is online again with the change", async () => {
    await emulator.close();
    await start({ senderUpdateMs: 3_000 });
    const { sid: senderSid } = sender();
    const changes = changesTo(await read(ALL), { [senderSid]: { callbackUrl: MESSAGE_URL } });
    await writeWebhooks(client, changes, noLease);
    expect(control.snapshot().senders).toMatchObject([
      { status: "ONLINE", webhook: { callback_url: MESSAGE_URL } },
    ]);
    expect(client.clock.slept.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThanOrEqual(3_000);
  });

  test("does not take the answer to a sender's update for its state", async () => {
    const { sid: senderSid } = sender();
    const changes = changesTo(await read(ALL), { [senderSid]: { callbackUrl: MESSAGE_URL } });
    const body = JSON.stringify({ sid: senderSid, webhook: { callback_url: MESSAGE_URL } });
    control.addFault({ path: "Senders/XE", method: "POST", effect: { kind: "error", status: 202, body } });
    await expect(writeWebhooks(client, changes, noLease)).rejects.toMatchObject({
      code: "twilio_state_differs",
    });
  });

  test("that fails to read leaves the outcome unknown: the write was accepted", async () => {
    answerWithOldState();
    control.addFault({ path, method: "GET", skip: 1, times: 100, effect: { kind: "error", status: 503 } });
    await expect(writeVoiceUrl()).rejects.toMatchObject({ name: "TwilioError", isAmbiguous: true });
  });
});
