import { expect, test } from "vitest";
import { testClock } from "../base/clock.testing.ts";
import { createMetrics } from "../base/metrics.ts";
import { RequestGates, showGates } from "./request-gates.ts";

const NEVER = new AbortController().signal;

test("an account has one gate, and another account another", () => {
  const gates = new RequestGates(testClock());
  expect(gates.of("AC1")).toBe(gates.of("AC1"));
  expect(gates.of("AC2")).not.toBe(gates.of("AC1"));
});

test("those that nobody uses are forgotten some time, and those that somebody uses are not", async () => {
  const gates = new RequestGates(testClock());
  const busy = gates.of("busy");
  const idle = gates.of("idle");
  const turn = await busy.enter("batch", NEVER);
  for (let index = 0; index < 2_000; index++) gates.of(`AC${index}`);
  expect(gates.of("busy")).toBe(busy);
  expect(gates.of("idle")).not.toBe(idle);
  turn.leave();
});

test("the one that was used last is forgotten last", () => {
  const gates = new RequestGates(testClock());
  const used = gates.of("used");
  for (let index = 0; index < 2_000; index++) {
    gates.of(`AC${index}`);
    gates.of("used");
  }
  expect(gates.of("used")).toBe(used);
});

test("the metrics are sums over the accounts that have requests", async () => {
  const gates = new RequestGates(testClock());
  const metrics = createMetrics();
  showGates(metrics, gates);
  gates.of("idle");
  for (let index = 0; index < 25; index++) void gates.of("busy").enter("interactive", NEVER);
  await gates.of("also busy").enter("batch", NEVER);
  const text = await metrics.registry.metrics();
  expect(text).toContain("switchhook_twilio_limit 40\n");
  expect(text).toContain("switchhook_twilio_under_way 21\n");
  expect(text).toContain("switchhook_twilio_waiting 5\n");
});
