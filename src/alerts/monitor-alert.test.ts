import { expect, test } from "vitest";
import { addMs } from "../base/clock.ts";
import { MINUTE_MS } from "../base/durations.ts";
import { isAboutAnswering, isOurs, type MonitorRecord, readMonitorAlert } from "./monitor-alert.ts";
import { monitorWindow } from "./monitor-window.ts";

const ACCOUNT = `AC${"a".repeat(32)}`;
const CALL = `CA${"c".repeat(32)}`;
const NUMBER = `PN${"d".repeat(32)}`;
const RECORD: MonitorRecord = {
  sid: `NO${"b".repeat(32)}`,
  accountSid: ACCOUNT,
  errorCode: "11200",
  logLevel: "error",
  dateGenerated: new Date("2026-03-01T10:00:00Z"),
  requestUrl: "https://switchhook.example.com/api/twilio/voice?agentId=agent_1",
  alertText: "httpResponse=502",
  resourceSid: CALL,
  serviceSid: NUMBER,
};

test("an alert is read whole", () => {
  expect(readMonitorAlert(ACCOUNT, RECORD)).toEqual({
    sid: RECORD.sid,
    errorCode: 11_200,
    severity: "error",
    generatedAt: RECORD.dateGenerated,
    url: RECORD.requestUrl,
    text: "httpResponse=502",
    resourceSids: [CALL, NUMBER],
  });
});

test.each<[string, MonitorRecord, object]>([
  ["a time as text", { dateGenerated: "2026-03-01T10:00:00Z" }, { generatedAt: RECORD.dateGenerated }],
  ["a number as a number", { errorCode: 11200 }, { errorCode: 11_200 }],
  ["a level in capitals", { logLevel: "WARNING" }, { severity: "warning" }],
  [
    "nothing but what it takes",
    { requestUrl: null, alertText: null, resourceSid: "", serviceSid: null },
    { url: "", text: "", resourceSids: [] },
  ],
  ["text that cannot be stored", { alertText: "a\0b" }, { text: "a\uFFFDb" }],
])("%s will do", (_what, changes, expected) => {
  expect(readMonitorAlert(ACCOUNT, { ...RECORD, ...changes })).toMatchObject(expected);
});

test.each<[string, MonitorRecord]>([
  ["of another account", { accountSid: `AC${"e".repeat(32)}` }],
  ["that asks nothing of anybody", { logLevel: "notice" }],
  ["without a level", { logLevel: undefined }],
  ["without a SID", { sid: "?" }],
  ["without a code", { errorCode: "" }],
  ["whose code is no number", { errorCode: "eleven" }],
  ["without a time", { dateGenerated: null }],
])("an alert %s is none", (_what, changes) => {
  expect(readMonitorAlert(ACCOUNT, { ...RECORD, ...changes })).toBeUndefined();
});

test.each([
  ["https://switchhook.example.com/api/twilio/status", true],
  ["https://old.example.com/base/api/twilio/voice/fallback?agentId=a", true],
  ["https://switchhook.example.com.evil.example/api/twilio/voice", false],
  ["https://switchhook.example.com/api/agents", false],
  ["https://crm.example.com/api/twilio/voice", false],
  ["", false],
])("whether %s is ours: %s", (url, expected) => {
  expect(isOurs({ url }, ["https://switchhook.example.com", "https://old.example.com/base"])).toBe(expected);
});

test.each([
  [11_200, true],
  [12_100, true],
  [15_003, true],
  [64_105, true],
  [39_001, true],
  [10_001, false],
  [20_003, false],
  [30_007, false],
])("whether %i is about answering: %s", (errorCode, expected) => {
  expect(isAboutAnswering({ errorCode })).toBe(expected);
});

const NOW = new Date("2026-03-01T10:00:00Z");

test.each([
  ["at the first time, the past quarter of an hour", undefined, 15],
  ["after that, from before where it stopped", 5, 20],
  ["after a long time, the past day", 3 * 24 * 60, 24 * 60],
])("what is read: %s", (_what, readMinutesAgo, fromMinutesAgo) => {
  const readUntil = readMinutesAgo === undefined ? undefined : addMs(NOW, -readMinutesAgo * MINUTE_MS);
  expect(monitorWindow(readUntil, NOW)).toEqual({ from: addMs(NOW, -fromMinutesAgo * MINUTE_MS), to: NOW });
});
