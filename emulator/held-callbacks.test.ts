import { afterEach, beforeEach, expect, test } from "vitest";
import { type Control, type Emulator, startEmulator } from "./index.ts";
import { sdk, startReceiver, twiml } from "./test-kit.ts";

const TOKEN = "t".repeat(32);
const NUMBER = "+14155550100";
const OTHER = "+14155559999";

let emulator: Emulator;
let control: Control;
let client: ReturnType<typeof sdk>;
let receiver: Awaited<ReturnType<typeof startReceiver>>;

beforeEach(async () => {
  receiver = await startReceiver(TOKEN, { "/voice": twiml("<Say>Hi</Say>") });
  emulator = await startEmulator({ allowLocalhostUrls: true });
  control = emulator.control;
  const accountSid = control.createAccount({ authToken: TOKEN }).sid;
  client = sdk(emulator, accountSid, TOKEN);
  control.createNumber(accountSid, {
    phoneNumber: NUMBER,
    voice_url: at("/voice"),
    status_callback: at("/status"),
  });
  control.holdStatusCallbacks(true);
});

afterEach(async () => {
  await emulator.close();
  await receiver.close();
});

const at = (path: string) => `${receiver.url}${path}`;
const arrived = () =>
  receiver.received
    .filter(({ path }) => path === "/status")
    .map(({ params }) => params.MessageStatus ?? params.CallStatus);
const tokens = () => receiver.received.map(({ headers }) => headers["i-twilio-idempotency-token"]);

async function sendThrough(): Promise<string> {
  const { sid } = await client.messages.create({
    to: OTHER,
    from: NUMBER,
    body: "hi",
    statusCallback: at("/status"),
  });
  await control.advanceMessage(sid, "sent");
  await control.advanceMessage(sid, "delivered");
  return sid;
}

const idOf = (status: string) =>
  control.heldStatusCallbacks().find((held) => held.status === status)?.id ?? "";

test("a message runs to its end, and its callbacks arrive when and in which order the test says", async () => {
  const sid = await sendThrough();
  expect(arrived()).toEqual([]);
  expect(control.heldStatusCallbacks()).toMatchObject([
    {
      sid,
      status: "sent",
      url: at("/status"),
      params: { MessageSid: sid, MessageStatus: "sent" },
      deliveries: 0,
    },
    { sid, status: "delivered" },
  ]);
  await control.deliverHeld(idOf("delivered"));
  await control.deliverHeld(idOf("sent"));
  expect(arrived()).toEqual(["delivered", "sent"]);
  expect(receiver.received.every(({ isSigned }) => isSigned)).toBe(true);
  expect(new Set(tokens()).size).toBe(2);
});

test("delivering one again repeats it under its token", async () => {
  await sendThrough();
  const attempts = await control.deliverHeld(idOf("sent"));
  await control.deliverHeld(idOf("sent"));
  expect(attempts).toMatchObject([{ kind: "status", status: 200 }]);
  expect(arrived()).toEqual(["sent", "sent"]);
  expect(new Set(tokens()).size).toBe(1);
  expect(control.heldStatusCallbacks().map(({ deliveries }) => deliveries)).toEqual([2, 0]);
});

test("what is dropped never arrives, though the message reached its end", async () => {
  const sid = await sendThrough();
  expect(control.dropHeld([idOf("sent")])).toBe(1);
  expect(control.heldStatusCallbacks().map(({ status }) => status)).toEqual(["delivered"]);
  expect(control.dropHeld()).toBe(1);
  expect(control.heldStatusCallbacks()).toEqual([]);
  expect((await client.messages(sid).fetch()).status).toBe("delivered");
  expect(receiver.received).toEqual([]);
});

test("the callbacks of calls are held too, inbound and outbound", async () => {
  const inbound = await control.placeCall({ from: OTHER, to: NUMBER });
  const outbound = await client.calls.create({
    to: OTHER,
    from: NUMBER,
    url: at("/voice"),
    statusCallback: at("/status"),
    statusCallbackEvent: ["initiated", "completed"],
  });
  for (const status of ["initiated", "in-progress", "completed"])
    await control.advanceCall(outbound.sid, status);
  expect(control.heldStatusCallbacks().map(({ sid, status }) => [sid, status])).toEqual([
    [inbound.callSid, "completed"],
    [outbound.sid, "initiated"],
    [outbound.sid, "completed"],
  ]);
  expect(receiver.received.map(({ path }) => path)).toEqual(["/voice", "/voice"]);
});

test("once holding ends, callbacks are sent again, and what is held stays", async () => {
  await sendThrough();
  control.holdStatusCallbacks(false);
  await sendThrough();
  expect(arrived()).toEqual(["sent", "delivered"]);
  expect(control.heldStatusCallbacks()).toHaveLength(2);
});

test("a held callback is signed with the token that the account has when it is delivered", async () => {
  const sid = await sendThrough();
  control.rotateAuthToken((await client.messages(sid).fetch()).accountSid, "r".repeat(32));
  await control.deliverHeld(idOf("sent"));
  expect(receiver.received[0]?.isSigned).toBe(false);
});

test("a callback that is not held is refused", async () => {
  await expect(control.deliverHeld("77")).rejects.toThrow("no held status callback 77");
  expect(control.dropHeld(["77"])).toBe(0);
});

test("another process holds, sees, delivers and drops", async () => {
  const ask = async (method: string, ...args: unknown[]): Promise<unknown> => {
    const body = JSON.stringify(args);
    const res = await fetch(`${emulator.url}/_emulator/${method}`, { method: "POST", body });
    return res.status === 204 ? null : res.json();
  };
  expect(await ask("holdStatusCallbacks", true)).toBeNull();
  await sendThrough();
  expect(await ask("heldStatusCallbacks")).toEqual(control.heldStatusCallbacks());
  expect(await ask("deliverHeld", idOf("sent"))).toMatchObject([{ status: 200 }]);
  expect(arrived()).toEqual(["sent"]);
  expect(await ask("dropHeld")).toBe(2);
});

test("a reset forgets what is held, and holds no longer", async () => {
  await sendThrough();
  control.reset();
  expect(control.heldStatusCallbacks()).toEqual([]);
  const { sid } = control.createAccount({ authToken: TOKEN });
  control.createNumber(sid, { phoneNumber: NUMBER, voice_url: at("/voice"), status_callback: at("/status") });
  await control.placeCall({ from: OTHER, to: NUMBER });
  expect(arrived()).toEqual(["completed"]);
});
