import { describe, expect, test } from "vitest";
import { DAY_MS } from "../../base/durations.ts";
import { datesAround, isWithin, lastHours, windowOfDays } from "./window.ts";

const NOW = new Date("2026-03-02T01:30:00.500Z");

test("a window has its first instant and not its last", () => {
  const window = lastHours(2, NOW);
  expect(window.from.toISOString()).toBe("2026-03-01T23:30:00.500Z");
  expect(isWithin(window, window.from)).toBe(true);
  expect(isWithin(window, new Date("2026-03-01T23:30:00.499Z"))).toBe(false);
  expect(isWithin(window, NOW)).toBe(false);
});

test("the window of days ends with the last of them, or now", () => {
  expect(windowOfDays({ from: "2026-02-28", to: "2026-02-28" }, NOW)).toEqual({
    from: new Date("2026-02-28T00:00:00Z"),
    to: new Date("2026-03-01T00:00:00Z"),
  });
  expect(windowOfDays({ from: "2026-03-01", to: "2026-03-02" }, NOW).to).toEqual(NOW);
});

describe("Twilio is asked for", () => {
  const day = (at: Date) => Math.floor(at.getTime() / DAY_MS);
  /** What a list shows, in each of the ways in which its filters may be meant. */
  const readings: readonly (readonly [
    string,
    (at: Date, dates: ReturnType<typeof datesAround>) => boolean,
  ])[] = [
    ["to the second, inclusive", (at, { after, before }) => at >= after && at <= before],
    ["by day, inclusive", (at, { after, before }) => day(at) >= day(after) && day(at) <= day(before)],
    ["by day, until it begins", (at, { after, before }) => day(at) >= day(after) && day(at) < day(before)],
  ];

  test.each(readings)("all of the window when its filters go %s", (_name, isListed) => {
    const windows = [
      lastHours(2, NOW),
      lastHours(1, NOW),
      windowOfDays({ from: "2026-02-01", to: "2026-02-28" }, NOW),
    ];
    for (const window of windows) {
      const dates = datesAround(window);
      expect(isListed(window.from, dates)).toBe(true);
      expect(isListed(new Date(window.to.getTime() - 1), dates)).toBe(true);
    }
  });

  test("no more than a window of whole days where the time counts", () => {
    const window = windowOfDays({ from: "2026-02-01", to: "2026-02-28" }, NOW);
    expect(datesAround(window)).toEqual({ after: window.from, before: window.to });
  });
});
