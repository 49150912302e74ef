import { expect, test } from "vitest";
import { nextCheckAt } from "./check-times.ts";

const BEGAN = new Date("2026-01-10T12:00:00Z");

test.each([
  ["when it begins", "2026-01-10T12:00:00Z", "2026-01-10T12:05:00Z"],
  ["when our clock is behind Twilio's", "2026-01-10T11:59:00Z", "2026-01-10T12:05:00Z"],
  ["at the first check", "2026-01-10T12:05:00Z", "2026-01-10T13:00:00Z"],
  ["at a check that was late", "2026-01-10T12:58:00Z", "2026-01-10T13:00:00Z"],
  ["after an hour", "2026-01-10T13:00:00Z", "2026-01-11T12:00:00Z"],
  ["after a day", "2026-01-11T12:00:01Z", "2026-01-12T12:00:00Z"],
  ["after two days", "2026-01-12T12:00:00Z", undefined],
  ["after a year", "2027-01-10T12:00:00Z", undefined],
])("%s, the next check is the next one that is ahead", (_name, now, expected) => {
  expect(nextCheckAt(BEGAN, new Date(now))?.toISOString()).toBe(
    expected === undefined ? undefined : new Date(expected).toISOString(),
  );
});
