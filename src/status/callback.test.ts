import * as fc from "fast-check";
import { expect, test } from "vitest";
import { MINUTE_MS } from "../base/durations.ts";
import { readCallback } from "./callback.ts";

const RECEIVED = new Date("2026-01-10T12:00:30Z");
const CALL_SID = `CA${"1".repeat(32)}`;
const MESSAGE_SID = `SM${"2".repeat(32)}`;

/** The one callback of a call that came in; the parameters of a real capture. */
const END_OF_CALL = {
  AccountSid: `AC${"a".repeat(32)}`,
  CallSid: CALL_SID,
  CallStatus: "completed",
  Direction: "inbound",
  From: "+14155559999",
  To: "+14155550100",
  Timestamp: "Sat, 10 Jan 2026 12:00:20 +0000",
  CallbackSource: "call-progress-events",
  SequenceNumber: "0",
  CallDuration: "10",
  Duration: "1",
};

const DELIVERED = {
  AccountSid: `AC${"a".repeat(32)}`,
  MessageSid: MESSAGE_SID,
  SmsSid: MESSAGE_SID,
  MessageStatus: "delivered",
  SmsStatus: "delivered",
  From: "+14155550100",
  To: "+14155559999",
  RawDlrDoneDate: "2601101200",
};

test("the end of a call tells when it began and how long it took", () => {
  expect(readCallback(END_OF_CALL, RECEIVED)?.report).toMatchObject({
    kind: "call",
    direction: "inbound",
    ourAddress: "+14155550100",
    status: "completed",
    startedAt: new Date("2026-01-10T12:00:10Z"),
    answeredAt: new Date("2026-01-10T12:00:10Z"),
    endedAt: new Date("2026-01-10T12:00:20Z"),
    durationSeconds: 10,
  });
});

test("a call that nobody took has no answer and no length", () => {
  const busy = { ...END_OF_CALL, CallStatus: "busy", CallDuration: "0", SipResponseCode: "486" };
  const { report } = readCallback(busy, RECEIVED) ?? {};
  expect(report).toMatchObject({ status: "busy", sipCode: 486, durationSeconds: 0 });
  expect(report).not.toHaveProperty("answeredAt");
});

test("of a call that we place, our number is the one that calls", () => {
  const placed = { ...END_OF_CALL, Direction: "outbound-api", From: "+14155550100", To: "+14155559999" };
  expect(readCallback(placed, RECEIVED)?.report).toMatchObject({
    direction: "outbound",
    ourAddress: "+14155550100",
  });
});

// https://www.twilio.com/docs/voice/whatsapp-business-calling
test.each([
  ["came in", { Direction: "inbound", From: "whatsapp:+14155559999", To: "whatsapp:+14155550100" }],
  ["we dialled", { Direction: "outbound-dial", From: "whatsapp:+14155550100", To: "whatsapp:+14155559999" }],
])("a call by WhatsApp that %s is our number's", (_name, addresses) => {
  expect(readCallback({ ...END_OF_CALL, ...addresses }, RECEIVED)?.report).toMatchObject({
    ourAddress: "+14155550100",
    from: addresses.From,
    to: addresses.To,
  });
});

test("a leg that was dialled names its parent", () => {
  const leg = { ...END_OF_CALL, Direction: "outbound-dial", ParentCallSid: `CA${"3".repeat(32)}` };
  expect(readCallback(leg, RECEIVED)?.report).toMatchObject({ parentSid: `CA${"3".repeat(32)}` });
});

test("within one state the higher sequence number is the later", () => {
  const orderOf = (SequenceNumber: string) =>
    readCallback({ ...END_OF_CALL, SequenceNumber }, RECEIVED)?.report.statusOrder ?? 0;
  expect(orderOf("3")).toBeGreaterThan(orderOf("2"));
  expect(orderOf("99999999999")).toBe(orderOf("nonsense"));
});

test.each([
  ["sms", DELIVERED, { channel: "sms", ourAddress: "+14155550100", segments: undefined }],
  ["mms", { ...DELIVERED, MessageSid: `MM${"2".repeat(32)}` }, { channel: "mms", segments: 1 }],
  [
    "whatsapp",
    { ...DELIVERED, From: "whatsapp:+14155550100", To: "whatsapp:+14155559999" },
    { channel: "whatsapp", ourAddress: "+14155550100", segments: 1 },
  ],
])("a message by %s is known by its SID and addresses", (_channel, params, expected) => {
  expect(readCallback(params, RECEIVED)?.report).toMatchObject({ direction: "outbound", ...expected });
});

test.each([
  ["when it was sent, where its URL says so", String(RECEIVED.getTime() - MINUTE_MS), -MINUTE_MS],
  ["now, where it does not", undefined, 0],
  ["now, where it makes no sense", "yesterday", 0],
])("a message began %s", (_name, sentAt, ms) => {
  const startedAt = new Date(RECEIVED.getTime() + ms);
  expect(readCallback(DELIVERED, RECEIVED, sentAt)?.report).toMatchObject({
    startedAt,
    reportedAt: RECEIVED,
  });
});

test("two callbacks of one status are told apart by what Twilio gives for it", () => {
  const discriminator = (params: Record<string, string>) =>
    readCallback(params, RECEIVED)?.event.discriminator;
  expect(discriminator({ ...END_OF_CALL, SequenceNumber: "4" })).toBe("4");
  expect(discriminator({ ...DELIVERED, EventType: "DELIVERED" })).toBe("DELIVERED");
  expect(discriminator(DELIVERED)).toBe("");
});

test("a status that nobody knows is kept, and moves nothing", () => {
  expect(readCallback({ ...DELIVERED, MessageStatus: "teleported" }, RECEIVED)).toMatchObject({
    event: { status: "teleported" },
    report: { statusOrder: 0 },
  });
});

test.each([
  ["a time that is none", { Timestamp: "yesterday" }],
  ["a time that is years away", { Timestamp: "Fri, 31 Dec 9999 23:59:59 +0000" }],
  ["a time that is still to come", { Timestamp: "Sat, 10 Jan 2026 12:06:00 +0000" }],
  ["a time of more than a week ago", { Timestamp: "Sat, 3 Jan 2026 12:00:00 +0000" }],
  ["no time", { Timestamp: "" }],
])("%s is replaced by the time of arrival", (_name, change) => {
  expect(readCallback({ ...END_OF_CALL, ...change }, RECEIVED)?.report).toMatchObject({ endedAt: RECEIVED });
});

test.each([
  ["minutes ahead, by another clock,", "Sat, 10 Jan 2026 12:05:00 +0000", "2026-01-10T12:05:00Z"],
  ["days ago", "Sun, 4 Jan 2026 12:00:00 +0000", "2026-01-04T12:00:00Z"],
])("a time %s is taken as it is", (_name, Timestamp, expected) => {
  const { report } = readCallback({ ...END_OF_CALL, Timestamp }, RECEIVED) ?? {};
  expect(report).toMatchObject({ endedAt: new Date(expected) });
});

test.each(["", "-5", "1.5", "abc", "99999999999999", "1e3"])("a duration of %j is none", (CallDuration) => {
  expect(readCallback({ ...END_OF_CALL, CallDuration }, RECEIVED)?.report).toMatchObject({
    durationSeconds: undefined,
  });
});

test.each([
  ["neither a call nor a message", { CallStatus: "completed" }],
  ["a SID that is none", { CallSid: "CA1", CallStatus: "completed" }],
  ["a SID of something else", { MessageSid: `PN${"1".repeat(32)}`, MessageStatus: "sent" }],
  ["a call without a status", { CallSid: CALL_SID }],
  ["a message without a status", { MessageSid: MESSAGE_SID }],
])("%s is no callback", (_name, params) => {
  expect(readCallback(params, RECEIVED)).toBeUndefined();
});

test("a word that is cut in the middle of a character is one that PostgreSQL takes", () => {
  const MessageStatus = `${"x".repeat(63)}\u{1f4de}`;
  expect(readCallback({ ...DELIVERED, MessageStatus }, RECEIVED)?.event.status.isWellFormed()).toBe(true);
});

test("whatever the parameters say, a callback is read or refused, and every word of it is short", () => {
  const value = fc.oneof(
    fc.string({ unit: "binary", maxLength: 400 }),
    fc.array(fc.string(), { maxLength: 3 }),
  );
  const base = fc.constantFrom<Record<string, string>>(END_OF_CALL, DELIVERED);
  const property = fc.property(
    base.chain((params) => fc.tuple(fc.constant(params), fc.constantFrom(...Object.keys(params)), value)),
    ([params, name, changed]) => {
      const callback = readCallback({ ...params, [name]: changed }, RECEIVED);
      if (!callback) return;
      const { event, report } = callback;
      for (const text of [event.status, event.discriminator, event.accountSid])
        expect(text.length).toBeLessThan(65);
      for (const text of [report.from, report.to]) expect(text.length).toBeLessThan(256);
      expect(Number.isNaN(report.startedAt.getTime())).toBe(false);
    },
  );
  fc.assert(property, { numRuns: 500 });
});
