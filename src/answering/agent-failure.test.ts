import { expect, test } from "vitest";
import { failure } from "./agent-failure.ts";
import { whyNotTwiml } from "./agent-twiml.ts";

test("what an agent has answered is not logged as a whole, however a parser quotes it", () => {
  const flaw = whyNotTwiml("<".repeat(64 * 1024)) ?? "";
  expect(flaw.length).toBeGreaterThan(60_000);
  const { detail } = failure("invalid_answer", flaw);
  expect(detail).toMatch(/^The answer is not XML/);
  expect(detail.length).toBeLessThan(500);
});
