import { expect, test } from "vitest";
import { callReport, waitingCall } from "./waiting-call.ts";

const NOW = new Date("2026-01-01T00:00:00Z");
const SID = `CA${"1".repeat(32)}`;
const CALL = {
  AccountSid: "AC1",
  CallSid: SID,
  From: "+14155559999",
  To: "+14155550100",
  CallStatus: "ringing",
  Direction: "inbound",
};

test.each([
  ["inbound", "inbound", "+14155550100"],
  ["outbound-api", "outbound", "+14155559999"],
  ["outbound-dial", "outbound", "+14155559999"],
  ["", "inbound", "+14155550100"],
  ["unheard-of", "inbound", "+14155550100"],
])("which number of a call is ours: direction %j", (given, direction, ourNumber) => {
  expect(waitingCall({ ...CALL, Direction: given })).toMatchObject({ direction, ourNumber });
});

test("a WhatsApp call is one of the bare number", () => {
  expect(waitingCall({ ...CALL, To: "whatsapp:+14155550100" })?.ourNumber).toBe("+14155550100");
});

test.each([undefined, "", "CA1", `CA${"1".repeat(33)}`, `CA${"g".repeat(32)}`])(
  "no call is named by %j",
  (sid) => {
    expect(waitingCall({ ...CALL, CallSid: sid ?? "" })).toBeUndefined();
  },
);

test("a call that came in is reported, also when no agent answers it", () => {
  const call = waitingCall(CALL);
  expect(call && callReport(call, undefined, NOW)).toEqual({
    kind: "call",
    accountSid: "AC1",
    sid: SID,
    holder: undefined,
    ourAddress: "+14155550100",
    direction: "inbound",
    from: "+14155559999",
    to: "+14155550100",
    status: "ringing",
    statusOrder: 30_000,
    startedAt: NOW,
    answeredBy: undefined,
  });
});

test("nonsense in a call's parameters is cut, not refused", () => {
  const call = waitingCall({ ...CALL, From: ["x".repeat(5_000), "y"], CallStatus: "z".repeat(5_000) });
  expect([call?.from.length, call?.status.length]).toEqual([255, 64]);
});
