import type { ServerResponse } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import { startEmulator } from "../../emulator/index.ts";
import { findSender, readSender, updateSender } from "./senders.ts";
import {
  CREDENTIALS,
  emulatedClient,
  json,
  type ReceivedRequest,
  sid,
  startServer,
  testClient,
} from "./twilio.testing.ts";

const PHONE_NUMBER = "+14155550100";
const SENDER = { sid: sid("XE"), sender_id: `whatsapp:${PHONE_NUMBER}`, status: "ONLINE" };
const UNSET = {
  callbackUrl: "",
  callbackMethod: "POST",
  fallbackUrl: "",
  fallbackMethod: "POST",
  statusCallbackUrl: "",
  statusCallbackMethod: "POST",
};

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function emulated() {
  const emulator = await startEmulator();
  cleanups.push(() => emulator.close());
  return { control: emulator.control, client: emulatedClient(emulator) };
}

async function answering(answer: (request: ReceivedRequest, res: ServerResponse) => void) {
  const server = await startServer(answer);
  cleanups.push(() => server.close());
  return { server, client: testClient(server.url) };
}

describe("an update", () => {
  test("goes out under the names that Twilio reads, as JSON, with nothing but what changes", async () => {
    const { client, control } = await emulated();
    const sender = control.createSender(CREDENTIALS.accountSid, { phoneNumber: PHONE_NUMBER });
    await updateSender(client, sender.sid, {
      callbackUrl: "https://example.com/a",
      statusCallbackMethod: "POST",
    });
    expect(control.requests({ method: "POST" })).toMatchObject([
      { params: { webhook: { callback_url: "https://example.com/a", status_callback_method: "POST" } } },
    ]);
  });

  test("leaves the sender's profile and the rest of its webhook", async () => {
    const { client, control } = await emulated();
    const sender = control.createSender(CREDENTIALS.accountSid, {
      phoneNumber: PHONE_NUMBER,
      profile: { name: "Owl Air", about: "We fly at night" },
      configuration: { waba_id: "12345" },
      webhook: { fallback_url: "https://example.com/fallback", callback_method: "PUT" },
    });
    await updateSender(client, sender.sid, { callbackUrl: "https://example.com/a" });
    expect(control.snapshot().senders).toMatchObject([
      { profile: sender.profile, configuration: sender.configuration },
    ]);
    expect((await readSender(client, sender.sid)).config.fields).toEqual({
      ...UNSET,
      callbackUrl: "https://example.com/a",
      callbackMethod: "PUT",
      fallbackUrl: "https://example.com/fallback",
    });
  });

  test("to nothing clears a field", async () => {
    const { client, control } = await emulated();
    const webhook = { callback_url: "https://example.com/a" };
    const sender = control.createSender(CREDENTIALS.accountSid, { phoneNumber: PHONE_NUMBER, webhook });
    await updateSender(client, sender.sid, { callbackUrl: "" });
    expect((await readSender(client, sender.sid)).config.fields).toEqual(UNSET);
  });

  test("that is answered with something else has an unknown outcome", async () => {
    const { client } = await answering(
      (_request, res) => void res.writeHead(202).end("<html>Accepted</html>"),
    );
    await expect(updateSender(client, sid("XE"), { callbackUrl: "" })).rejects.toMatchObject({
      name: "TwilioError",
      isAmbiguous: true,
    });
  });
});

describe("a sender", () => {
  test.each([
    ["nothing but its name", {}],
    ["an empty webhook", { webhook: {} }],
    ["no webhook", { webhook: null }],
    [
      "nulls",
      { webhook: { callback_url: null, status_callback_url: null }, profile: null, offline_reasons: null },
    ],
    ["keys that are new to us", { webhook: { callback_retries: "3" }, quality: { score: 1 } }],
  ])("of which Twilio says %s is one without URLs", async (_name, parts) => {
    const { client } = await answering((_request, res) => json(res, { ...SENDER, ...parts }));
    expect(await readSender(client, SENDER.sid)).toEqual({
      status: "ONLINE",
      config: { resource: "sender", sid: SENDER.sid, fields: UNSET },
    });
  });

  test("without a status has an empty one, which counts as not online", async () => {
    const { client } = await answering((_request, res) => json(res, { ...SENDER, status: null }));
    expect((await readSender(client, SENDER.sid)).status).toBe("");
  });

  test("that is not one is a failure at Twilio, and changed nothing", async () => {
    const { client } = await answering((_request, res) => json(res, { sender: "?" }));
    await expect(readSender(client, SENDER.sid)).rejects.toMatchObject({
      name: "TwilioError",
      isAmbiguous: false,
    });
  });
});

describe("the sender of a number", () => {
  test("is found behind a thousand others", async () => {
    const { client, control } = await emulated();
    for (let other = 0; other < 1_005; other++) {
      control.createSender(CREDENTIALS.accountSid, {
        phoneNumber: `+1212555${String(other).padStart(4, "0")}`,
      });
    }
    const { sid: senderSid } = control.createSender(CREDENTIALS.accountSid, { phoneNumber: PHONE_NUMBER });
    expect((await findSender(client, PHONE_NUMBER))?.config.sid).toBe(senderSid);
    expect(control.requests({ path: "Senders$" })).toHaveLength(2);
  });

  test("is not one whose number begins alike, or that is of another channel", async () => {
    const { client, control } = await emulated();
    control.createSender(CREDENTIALS.accountSid, { phoneNumber: `${PHONE_NUMBER}1` });
    control.createSender(CREDENTIALS.accountSid, { phoneNumber: PHONE_NUMBER.slice(0, -1) });
    expect(await findSender(client, PHONE_NUMBER)).toBeUndefined();
  });

  test("is read by itself, because a list leaves parts of the webhook out", async () => {
    const whole = { ...SENDER, webhook: { callback_url: "https://example.com/a", callback_method: "POST" } };
    const { client } = await answering(({ url }, res) =>
      json(res, url.includes("Senders?") ? { senders: [{ ...SENDER, webhook: {} }], meta: {} } : whole),
    );
    const found = await findSender(client, PHONE_NUMBER);
    expect(found?.config.fields).toMatchObject({
      callbackUrl: "https://example.com/a",
      callbackMethod: "POST",
    });
  });

  test("is given up when pages go on for ever", async () => {
    const { client, server } = await answering((_request, res) =>
      json(res, {
        senders: [],
        meta: { next_page_url: "https://messaging.twilio.com/v2/Channels/Senders?Page=again" },
      }),
    );
    expect(await findSender(client, PHONE_NUMBER)).toBeUndefined();
    expect(server.received).toHaveLength(1_000);
  });
});
