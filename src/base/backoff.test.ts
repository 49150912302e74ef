import { expect, test } from "vitest";
import { backoffMs } from "./backoff.ts";

const limits = { firstMs: 100, maxMs: 1_000 };

test("the wait doubles with every failure, up to its limit", () => {
  const longest = [1, 2, 3, 4, 5, 50, 5_000].map((failures) => backoffMs(failures, 1, limits));
  expect(longest).toEqual([100, 200, 400, 800, 1_000, 1_000, 1_000]);
});

test("chance spreads it over the whole range", () => {
  expect([0, 0.25, 0.5].map((random) => backoffMs(3, random, limits))).toEqual([0, 100, 200]);
});
