import { expect, test } from "vitest";
import { testClock } from "./clock.testing.ts";
import { addMs, isComparable, systemClock } from "./clock.ts";
import { HOUR_MS } from "./durations.ts";

test("time goes on in milliseconds, over midnight and back", () => {
  const date = new Date("2026-03-01T00:00:00.000Z");
  expect(addMs(date, -1).toISOString()).toBe("2026-02-28T23:59:59.999Z");
  expect(addMs(date, 86_400_000).toISOString()).toBe("2026-03-02T00:00:00.000Z");
  expect(date.toISOString()).toBe("2026-03-01T00:00:00.000Z");
});

test.each([
  ["1970-01-01T00:00:00Z", true],
  ["9999-12-30T00:00:00Z", true],
  ["1969-12-31T23:59:59Z", false],
  ["9999-12-31T23:59:59-12:00", false],
  ["0000-01-01T00:00:00Z", false],
  ["no time", false],
])("whether %s can be asked for: %s", (text, expected) => {
  expect(isComparable(new Date(text))).toBe(expected);
});

test("a sleep that is aborted ends at once, as a failure", async () => {
  const stop = new AbortController();
  const sleeping = systemClock.sleep(HOUR_MS, stop.signal);
  stop.abort();
  await expect(sleeping).rejects.toMatchObject({ name: "AbortError" });
});

test("the system's clock tells the time, and chances below 1", () => {
  const before = Date.now();
  expect(systemClock.now().getTime()).toBeGreaterThanOrEqual(before);
  const chances = Array.from({ length: 100 }, () => systemClock.random());
  expect(chances.every((chance) => chance >= 0 && chance < 1)).toBe(true);
});

test("a test's clock moves by its sleeps alone", async () => {
  const clock = testClock();
  const start = clock.now();
  await clock.sleep(5_000);
  expect(clock.now()).toEqual(addMs(start, 5_000));
  expect(clock.slept).toEqual([5_000]);
});
