// What is promised about time, held against what Twilio is told.
import { expect, test } from "vitest";
import { voiceAnswerSchema } from "../agents/voice-answer.ts";
import { webhookUrls } from "../twilio/webhook-urls.ts";
import { DEFAULT_LIMITS } from "./answering-limits.ts";

/** How long Twilio waits for an answer, by the URLs that it is given. */
const TWILIO_WAITS_MS = Number(
  /[#&]rt=(\d+)/.exec(webhookUrls("https://example.com", "agent_1").voiceUrl)?.[1],
);

test("a message is answered within 5 seconds, and its agent may think for a minute", () => {
  expect(DEFAULT_LIMITS.replyWithinMs).toBeLessThan(5_000);
  expect(DEFAULT_LIMITS.agentTimeoutMs).toBe(60_000);
});

test("no endpoint of a call may take as long as Twilio waits, with 2 seconds for the fallback's way back", () => {
  const withTimeout = (timeoutMs: number) =>
    voiceAnswerSchema.safeParse({ kind: "webhook", url: "https://agent.example.com", timeoutMs }).success;
  expect(withTimeout(5_000)).toBe(true);
  expect(withTimeout(TWILIO_WAITS_MS - 1_999)).toBe(false);
});
