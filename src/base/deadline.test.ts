import { expect, test } from "vitest";
import { testClock } from "./clock.testing.ts";
import { systemClock } from "./clock.ts";
import { isDoneWithin } from "./deadline.ts";
import { HOUR_MS } from "./durations.ts";

const never = new Promise<never>(() => {});

test("work that ends in time is done, and nobody goes on waiting for the deadline", async () => {
  expect(await isDoneWithin(systemClock, HOUR_MS, Promise.resolve("a value"))).toBe(true);
});

test("work that does not end in time is not done", async () => {
  expect(await isDoneWithin(testClock(), 1_000, never)).toBe(false);
});

test("work that fails in time fails, and afterwards goes unheard", async () => {
  const failing = Promise.reject(new Error("on purpose"));
  await expect(isDoneWithin(systemClock, HOUR_MS, failing)).rejects.toThrow("on purpose");
  const late = Promise.withResolvers<void>();
  expect(await isDoneWithin(testClock(), 1_000, late.promise)).toBe(false);
  late.reject(new Error("too late to matter"));
});
