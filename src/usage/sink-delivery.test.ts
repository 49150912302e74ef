import { expect, test } from "vitest";
import { pauseMs } from "./sink-delivery.ts";

test("a sink that fails is tried ever more rarely, but once an hour at least", () => {
  expect([1, 2, 3, 4, 8, 9, 1_000].map(pauseMs)).toEqual([
    30_000, 60_000, 120_000, 240_000, 3_600_000, 3_600_000, 3_600_000,
  ]);
});
