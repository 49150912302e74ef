import { afterEach, beforeEach, expect, test } from "vitest";
import { type Control, type Emulator, startEmulator } from "./index.ts";
import { sdk, startReceiver, twiml } from "./test-kit.ts";

const TOKEN = "t".repeat(32);
const NUMBER = "+14155550100";
const OTHER_NUMBER = "+14155550101";
const PERSON = "+14155559999";

let emulator: Emulator;
let control: Control;
let accountSid: string;
let client: ReturnType<typeof sdk>;
let receiver: Awaited<ReturnType<typeof startReceiver>>;

async function start(autoAdvance: boolean): Promise<void> {
  emulator = await startEmulator({ allowLocalhostUrls: true, autoAdvance });
  control = emulator.control;
  accountSid = control.createAccount({ authToken: TOKEN }).sid;
  client = sdk(emulator, accountSid, TOKEN);
  for (const phoneNumber of [NUMBER, OTHER_NUMBER]) {
    control.createNumber(accountSid, { phoneNumber, sms_url: `${receiver.url}/sms` });
  }
}

beforeEach(async () => {
  receiver = await startReceiver(TOKEN, { "/sms": twiml('<Message action="/status">Bye</Message>') });
  await start(false);
});

afterEach(async () => {
  await emulator.close();
  await receiver.close();
});

const receive = (body: string) => control.receiveMessage({ from: PERSON, to: NUMBER, body });
const send = (from = NUMBER, to = PERSON) => client.messages.create({ from, to, body: "hi" });
const statuses = () =>
  receiver.received
    .filter(({ path }) => path === "/status")
    .map(({ params }) => [params.MessageStatus, params.ErrorCode]);

test.each([["STOP"], ["stopall"], [" Unsubscribe\n"], ["CANCEL"], ["End"], ["quit "]])(
  "%j ends messages from that number to that person, and no others",
  async (word) => {
    await receive(word);
    await expect(send()).rejects.toMatchObject({ status: 400, code: 21610 });
    expect((await send(OTHER_NUMBER)).status).toBe("queued");
    expect((await send(NUMBER, "+14155558888")).status).toBe("queued");
    expect(control.snapshot().optOuts).toEqual([`${NUMBER} ${PERSON}`]);
  },
);

test.each([["START"], ["yes"], [" Unstop "]])("%j begins them again", async (word) => {
  await receive("STOP");
  await receive(word);
  expect((await send()).status).toBe("queued");
});

test.each([["Please stop"], ["STOP."], ["no"]])("%j changes nothing", async (body) => {
  await receive(body);
  expect((await send()).status).toBe("queued");
});

test("a reply to somebody who opted out fails with 21610, and that is reported", async () => {
  const { replies, webhooks } = await receive("STOP");
  await control.idle();
  expect(webhooks.map(({ kind }) => kind)).toEqual(["message"]);
  expect(replies).toMatchObject([{ status: "failed", error_code: 21610 }]);
  expect(statuses()).toEqual([["failed", "21610"]]);
  expect((await client.messages(replies[0]?.sid ?? "").fetch()).errorCode).toBe(21610);
});

test("a service learns of it once it has chosen the number", async () => {
  await emulator.close();
  await start(true);
  const service = control.createService(accountSid, {
    friendly_name: "s",
    use_inbound_webhook_on_number: true,
    status_callback: `${receiver.url}/status`,
  });
  control.addToService(service.sid, (await client.incomingPhoneNumbers.list())[0]?.sid ?? "");
  await receive("STOP");
  await control.idle();
  receiver.received.length = 0;
  const message = await client.messages.create({ messagingServiceSid: service.sid, to: PERSON, body: "hi" });
  expect(message.status).toBe("accepted");
  await control.idle();
  expect(statuses()).toEqual([["failed", "21610"]]);
  expect(await client.messages(message.sid).fetch()).toMatchObject({ status: "failed", errorCode: 21610 });
});

test("WhatsApp is not affected", async () => {
  control.createSender(accountSid, { phoneNumber: NUMBER });
  await control.receiveMessage({ from: PERSON, to: NUMBER, body: "STOP", channel: "whatsapp" });
  expect((await send(`whatsapp:${NUMBER}`, `whatsapp:${PERSON}`)).status).toBe("queued");
  expect(control.snapshot().optOuts).toEqual([]);
});
