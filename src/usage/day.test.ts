import { expect, test } from "vitest";
import { eachDay, lastDays } from "./day.ts";

const NOW = new Date("2026-03-02T01:30:00.500Z");

test("the last days are over, across the ends of months", () => {
  expect(lastDays(3, NOW)).toEqual({ from: "2026-02-27", to: "2026-03-01" });
  expect(eachDay(lastDays(3, NOW))).toEqual(["2026-02-27", "2026-02-28", "2026-03-01"]);
  expect(eachDay({ from: "2026-03-01", to: "2026-03-01" })).toEqual(["2026-03-01"]);
});
