import { afterEach, beforeEach, expect, test } from "vitest";
import { type Control, type Emulator, startEmulator } from "./index.ts";
import { startReceiver, twiml } from "./test-kit.ts";

const TOKEN = "t".repeat(32);
const NUMBER = "+14155550100";
const TEXT = "я".repeat(71);

let emulator: Emulator;
let control: Control;
let accountSid: string;
let receiver: Awaited<ReturnType<typeof startReceiver>>;

beforeEach(async () => {
  receiver = await startReceiver(TOKEN, {
    "/plain": twiml(`<Message>${TEXT}</Message>`),
    "/action": twiml('<Message action="status?by=action">hi</Message>'),
    "/callback": twiml('<Message statusCallback="/status?by=callback">hi</Message>'),
    "/nonsense": twiml('<Message action="http://[">hi</Message>'),
  });
  emulator = await startEmulator({ allowLocalhostUrls: true });
  control = emulator.control;
  accountSid = control.createAccount({ authToken: TOKEN }).sid;
});

afterEach(async () => {
  await emulator.close();
  await receiver.close();
});

const at = (path: string) => `${receiver.url}${path}`;

async function replyFrom(path: string) {
  control.createNumber(accountSid, { phoneNumber: NUMBER, sms_url: at(path) });
  const { replies } = await control.receiveMessage({ from: "+14155559999", to: NUMBER, body: "hi" });
  return replies[0];
}

test("a reply's segments are known at once", async () => {
  expect(await replyFrom("/plain")).toMatchObject({ status: "queued", num_segments: "2" });
});

test("through a service a reply is accepted, and its segments are known when it is sent", async () => {
  const service = control.createService(accountSid, {
    friendly_name: "s",
    inbound_request_url: at("/plain"),
  });
  const number = control.createNumber(accountSid, { phoneNumber: NUMBER });
  control.addToService(service.sid, number.sid);
  const { replies } = await control.receiveMessage({ from: "+14155559999", to: NUMBER, body: "hi" });
  const [sid = ""] = replies.map((reply) => reply.sid);
  expect(replies).toMatchObject([
    { status: "accepted", num_segments: "0", messaging_service_sid: service.sid },
  ]);
  expect((await control.advanceMessage(sid, "queued")).message.num_segments).toBe("0");
  expect((await control.advanceMessage(sid, "sent")).message.num_segments).toBe("2");
});

test.each([
  ["/action", "/status?by=action"],
  ["/callback", "/status?by=callback"],
])("the reply of %s is reported to %s, as its document said", async (path, expected) => {
  const reply = await replyFrom(path);
  await control.advanceMessage(reply?.sid ?? "", "sent");
  await control.advanceMessage(reply?.sid ?? "", "delivered");
  const reports = receiver.received.filter(({ params }) => params.MessageSid === reply?.sid);
  expect(reports.map(({ url, params }) => [url, params.MessageStatus])).toEqual([
    [at(expected), "sent"],
    [at(expected), "delivered"],
  ]);
  expect(reports.every(({ isSigned, method }) => isSigned && method === "POST")).toBe(true);
});

test("a reply whose callback is no URL is sent all the same", async () => {
  expect(await replyFrom("/nonsense")).toMatchObject({ status: "queued" });
});
