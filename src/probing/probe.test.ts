import { expect, test } from "vitest";
import { DAY_MS } from "../base/durations.ts";
import type { Trace } from "../outbound/traced-request.ts";
import { PROBE_HEADER } from "../twilio/probe-webhook.ts";
import { judge } from "./probe.ts";

const NOW = new Date("2026-01-01T00:00:00Z");
const TARGET = { webhook: "voice", url: "https://switchhook.example.com/api/twilio/voice" } as const;
const TRAVELLED = { timings: {}, totalMs: 20, address: "203.0.113.7", certificate: undefined };
const ANSWERED: Trace = {
  ...TRAVELLED,
  outcome: "answered",
  status: 200,
  headers: { [PROBE_HEADER]: "nonce" },
  body: "<Response/>",
};

const judged = (change: object, target: Parameters<typeof judge>[0] = TARGET) =>
  judge(
    target,
    { ...ANSWERED, ...change },
    {
      nonce: "nonce",
      whyNotTwiml: (body) => (body.startsWith("<Response") ? undefined : "It is not TwiML."),
      now: NOW,
    },
  );

test("an answer as Twilio needs it is no problem", () => {
  expect(judged({})).toMatchObject({ ...TARGET, problem: undefined, warning: undefined, status: 200 });
  const callback = { ...TARGET, webhook: "status" } as const;
  expect(judged({ status: 204, body: "" }, callback).problem).toBeUndefined();
});

test.each([
  ["no DNS record", { outcome: "failed", stage: "dns", reason: "ENOTFOUND" }, "DNS records. (ENOTFOUND)"],
  ["a closed port", { outcome: "failed", stage: "connect", reason: "ECONNREFUSED" }, "Nothing accepts"],
  ["a bad certificate", { outcome: "failed", stage: "tls", reason: "expired" }, "Check the certificate"],
  ["silence", { outcome: "failed", stage: "answer", reason: "timeout" }, "no answer came in time"],
  [
    "a redirect",
    { status: 301, headers: { location: "https://www.example.com" } },
    "https://www.example.com",
  ],
  ["a proxy that changes the request", { status: 403 }, "A proxy changes"],
  ["somebody else's server", { headers: {} }, "Something else than this Switchhook"],
  ["an answer to another probe", { headers: { [PROBE_HEADER]: "other" } }, "Something else than this"],
  ["an error", { status: 500 }, "It was answered with 500."],
  ["what is no TwiML", { body: "Hello" }, "It is not TwiML."],
])("%s is a problem, and it is said what to do", (_name, change, said) => {
  expect(judged(change).problem).toContain(said);
});

test("a status callback that is answered with a body is a problem", () => {
  expect(judged({}, { ...TARGET, webhook: "status" }).problem).toContain("200");
});

test.each([
  [13, true],
  [15, false],
])("a certificate that is good for %i days is warned of: %s", (days, isWarned) => {
  const validTo = new Date(NOW.getTime() + days * DAY_MS);
  const { warning, problem } = judged({ certificate: { protocol: "TLSv1.3", issuer: "CA", validTo } });
  expect([warning !== undefined, problem]).toEqual([isWarned, undefined]);
});
