import { expect, test } from "vitest";
import { LatencyBaseline } from "./latency-baseline.ts";

const SECOND_MS = 1_000;

test("slow is what takes longer than the fastest of its kind", () => {
  const baseline = new LatencyBaseline();
  expect(baseline.slowness("GET number", 50, 0)).toBe(1);
  expect(baseline.slowness("GET number", 150, 0)).toBe(3);
  expect(baseline.slowness("GET number", 25, 0)).toBe(1);
  expect(baseline.slowness("GET number", 150, 0)).toBe(6);
});

test("a kind that always takes long is not slow", () => {
  const baseline = new LatencyBaseline();
  baseline.slowness("GET number", 50, 0);
  expect(baseline.slowness("GET numbers 1000", 800, 0)).toBe(1);
});

test("a few milliseconds more are none of Twilio's", () => {
  const baseline = new LatencyBaseline();
  baseline.slowness("GET number", 1, 0);
  expect(baseline.slowness("GET number", 9, 0)).toBe(1);
});

test("what has been slow for a while is the new usual", () => {
  const baseline = new LatencyBaseline();
  baseline.slowness("GET number", 50, 0);
  expect(baseline.slowness("GET number", 200, 29 * SECOND_MS)).toBe(4);
  expect(baseline.slowness("GET number", 200, 31 * SECOND_MS)).toBe(4);
  expect(baseline.slowness("GET number", 200, 62 * SECOND_MS)).toBe(1);
});

test("no more kinds are kept than there is room for", () => {
  const baseline = new LatencyBaseline();
  baseline.slowness("GET number", 50, 0);
  for (let index = 0; index < 1_000; index++) baseline.slowness(`GET ${index}`, 50, 0);
  expect(baseline.slowness("GET number", 500, 0)).toBe(1);
});
