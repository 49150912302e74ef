import { describe, expect, test } from "vitest";
import { recordedCallOrder } from "../traffic/call-status.ts";
import { recordedMessageOrder } from "../traffic/message-status.ts";
import { readCallRecord, readMessageRecord } from "./twilio-records.ts";

const ACCOUNT_SID = `AC${"a".repeat(32)}`;
const CALL_SID = `CA${"1".repeat(32)}`;
const PARENT_SID = `CA${"2".repeat(32)}`;
const MESSAGE_SID = `SM${"3".repeat(32)}`;
const [OURS, THEIRS] = ["+14155550100", "+14155559999"];
const [CREATED, STARTED, ENDED] = [0, 5, 66].map(
  (seconds) => new Date(Date.UTC(2026, 0, 10, 12, 0, seconds)),
);
const INVALID = new Date(Number.NaN);

const call = {
  sid: CALL_SID,
  accountSid: ACCOUNT_SID,
  parentCallSid: null,
  status: "completed",
  direction: "inbound",
  from: THEIRS,
  to: OURS,
  dateCreated: CREATED,
  startTime: STARTED,
  endTime: ENDED,
  duration: "61",
  price: "-0.0170",
  priceUnit: "USD",
  answeredBy: null,
};

const message = {
  sid: MESSAGE_SID,
  accountSid: ACCOUNT_SID,
  status: "delivered",
  direction: "outbound-api",
  from: OURS,
  to: THEIRS,
  dateCreated: CREATED,
  dateSent: STARTED,
  dateUpdated: ENDED,
  numSegments: "2",
  numMedia: "0",
  errorCode: null,
  price: "-0.01580",
  priceUnit: "USD",
};

describe("the record of a call", () => {
  const reportOf = (changes: object) => readCallRecord({ ...call, ...changes })?.report;

  test("says all that there is to say", () => {
    expect(readCallRecord(call)).toEqual({
      listedAt: STARTED,
      report: {
        kind: "call",
        accountSid: ACCOUNT_SID,
        sid: CALL_SID,
        parentSid: undefined,
        ourAddress: OURS,
        direction: "inbound",
        from: THEIRS,
        to: OURS,
        status: "completed",
        statusOrder: recordedCallOrder("completed"),
        startedAt: STARTED,
        endedAt: ENDED,
        durationSeconds: 61,
        answeredBy: undefined,
        price: "0.0170",
        priceUnit: "USD",
      },
    });
  });

  test.each([
    ["inbound", "inbound", OURS],
    ["outbound-api", "outbound", THEIRS],
    ["outbound-dial", "outbound", THEIRS],
    ["trunking-originating", "inbound", OURS],
    ["trunking-terminating", "outbound", THEIRS],
  ])("a call that Twilio calls %s is %s", (direction, expected, ourAddress) => {
    expect(reportOf({ direction })).toMatchObject({ direction: expected, ourAddress });
  });

  test.each([
    ["inbound", { from: `whatsapp:${THEIRS}`, to: `whatsapp:${OURS}` }],
    ["outbound-dial", { from: `whatsapp:${OURS}`, to: `whatsapp:${THEIRS}` }],
  ])("a call by WhatsApp that Twilio calls %s is our number's", (direction, addresses) => {
    expect(reportOf({ direction, ...addresses })).toMatchObject({ ...addresses, ourAddress: OURS });
  });

  test.each<[string, object, object]>([
    ["a leg that was dialled", { parentCallSid: PARENT_SID }, { parentSid: PARENT_SID }],
    ["a parent that is none", { parentCallSid: "abc" }, { parentSid: undefined }],
    ["a machine", { answeredBy: "machine_start" }, { answeredBy: "machine_start" }],
    [
      "never answered",
      { startTime: null, status: "busy", duration: null },
      { startedAt: CREATED, durationSeconds: undefined },
    ],
    ["a start that is no date", { startTime: "abc" }, { startedAt: CREATED }],
    ["an invalid date", { startTime: INVALID, endTime: INVALID }, { startedAt: CREATED, endedAt: undefined }],
    ["a date as text", { startTime: "Sat, 10 Jan 2026 12:00:05 +0000" }, { startedAt: STARTED }],
    ["a year that no database has", { startTime: new Date(8.64e15) }, { startedAt: CREATED }],
    [
      "still under way",
      { status: "in-progress", duration: "7" },
      { durationSeconds: undefined, endedAt: undefined },
    ],
    ["zero seconds", { duration: "0" }, { durationSeconds: 0 }],
    ["seconds as a number", { duration: 61 }, { durationSeconds: 61 }],
    ["no seconds", { duration: "" }, { durationSeconds: undefined }],
    ["seconds that are none", { duration: "abc" }, { durationSeconds: undefined }],
    ["negative seconds", { duration: "-5" }, { durationSeconds: undefined }],
    ["half seconds", { duration: "9.2" }, { durationSeconds: undefined }],
    ["a month of seconds", { duration: "2678400" }, { durationSeconds: undefined }],
    ["a price in lower case", { priceUnit: "usd" }, { priceUnit: "USD" }],
    ["an unknown currency", { priceUnit: "dollars" }, { price: "0.0170", priceUnit: undefined }],
    ["withheld addresses", { from: null, to: undefined }, { from: "", to: "", ourAddress: "" }],
    ["an address with a NUL", { from: "sip:a\0b" }, { from: "sip:a\uFFFDb" }],
    ["an unknown status", { status: "teleported" }, { status: "teleported", statusOrder: 0 }],
  ])("%s is read as it can be", (_name, changes, expected) => {
    expect(reportOf(changes)).toMatchObject(expected);
  });

  test.each<[unknown, string | undefined]>([
    ["-0.0085", "0.0085"],
    ["-0.00750", "0.00750"],
    ["-0.200", "0.200"],
    ["0.04", "0.04"],
    ["-12", "12"],
    ["0", "0"],
    [-0.0085, "0.0085"],
    [null, undefined],
    [undefined, undefined],
    ["", undefined],
    ["abc", undefined],
    ["-", undefined],
    ["--1", undefined],
    ["1e3", undefined],
    ["-1,50", undefined],
    ["NaN", undefined],
    [Number.NaN, undefined],
    [1e-7, undefined],
    ["123456789", undefined],
    ["-0.0000000000001", undefined],
  ])("a price of %j is %s", (price, expected) => {
    expect(reportOf({ price })?.price).toBe(expected);
    expect(reportOf({ price })?.priceUnit).toBe(expected === undefined ? undefined : "USD");
  });

  test.each<[string, object]>([
    ["without a SID", { sid: null }],
    ["with another resource's SID", { sid: MESSAGE_SID }],
    ["without an account", { accountSid: undefined }],
    ["without a status", { status: null }],
    ["with an empty status", { status: "" }],
    ["without a direction", { direction: null }],
    ["in a direction that nobody knows", { direction: "sideways" }],
    ["without any time", { startTime: null, dateCreated: null }],
    ["of nothing but nonsense", Object.fromEntries(Object.keys(call).map((field) => [field, {}]))],
  ])("one %s is none", (_name, changes) => {
    expect(reportOf(changes)).toBeUndefined();
  });
});

describe("the record of a message", () => {
  const reportOf = (changes: object) => readMessageRecord({ ...message, ...changes })?.report;

  test("says all that there is to say", () => {
    expect(readMessageRecord(message)).toEqual({
      listedAt: STARTED,
      report: {
        kind: "message",
        accountSid: ACCOUNT_SID,
        sid: MESSAGE_SID,
        channel: "sms",
        ourAddress: OURS,
        direction: "outbound",
        from: OURS,
        to: THEIRS,
        status: "delivered",
        statusOrder: recordedMessageOrder("delivered"),
        startedAt: CREATED,
        reportedAt: ENDED,
        errorCode: undefined,
        segments: 2,
        mediaCount: 0,
        price: "0.01580",
        priceUnit: "USD",
      },
    });
  });

  test.each([
    ["inbound", "inbound", THEIRS],
    ["outbound-api", "outbound", OURS],
    ["outbound-call", "outbound", OURS],
    ["outbound-reply", "outbound", OURS],
  ])("a message that Twilio calls %s is %s", (direction, expected, ourAddress) => {
    expect(reportOf({ direction })).toMatchObject({ direction: expected, ourAddress });
  });

  const WHATSAPP = { from: `whatsapp:${OURS}`, to: `whatsapp:${THEIRS}` };
  test.each<[string, object, object]>([
    ["segments that are not known yet", { numSegments: "0" }, { segments: undefined }],
    ["no segments", { numSegments: null }, { segments: undefined }],
    ["segments that are none", { numSegments: "abc" }, { segments: undefined }],
    ["negative segments", { numSegments: "-1" }, { segments: undefined }],
    ["more segments than there are", { numSegments: "99999999999" }, { segments: undefined }],
    [
      "a picture",
      { sid: `MM${"3".repeat(32)}`, numMedia: "1" },
      { channel: "mms", segments: 1, mediaCount: 1 },
    ],
    ["WhatsApp", { ...WHATSAPP, numSegments: "0" }, { channel: "whatsapp", segments: 1, ourAddress: OURS }],
    ["a failure", { status: "failed", errorCode: 30008 }, { status: "failed", errorCode: 30008 }],
    ["an error code as text", { errorCode: "30008" }, { errorCode: 30008 }],
    ["an error code that is none", { errorCode: "abc" }, { errorCode: undefined }],
    ["a sender that a service has yet to choose", { from: null }, { from: "", ourAddress: "" }],
    ["never sent", { dateSent: null, status: "failed" }, { startedAt: CREATED }],
    ["never updated", { dateUpdated: null }, { reportedAt: STARTED }],
    ["when it was made unknown", { dateCreated: "abc" }, { startedAt: STARTED }],
  ])("%s is read as it can be", (_name, changes, expected) => {
    expect(reportOf(changes)).toMatchObject(expected);
  });

  test("is listed by when it was sent, or else by when it was made", () => {
    expect(readMessageRecord({ ...message, dateSent: null })?.listedAt).toEqual(CREATED);
  });

  test.each<[string, object]>([
    ["without a SID", { sid: "" }],
    ["with a call's SID", { sid: CALL_SID }],
    ["of an account that is none", { accountSid: "abc" }],
    ["without a status", { status: undefined }],
    ["in a direction that nobody knows", { direction: "outbound-teleport" }],
    ["without any time", { dateCreated: null, dateSent: INVALID }],
  ])("one %s is none", (_name, changes) => {
    expect(reportOf(changes)).toBeUndefined();
  });
});
