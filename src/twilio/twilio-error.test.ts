import { describe, expect, test } from "vitest";
import { AppError, PROBLEMS } from "../base/errors.ts";
import { problemFromTwilio, TwilioError } from "./twilio-error.ts";

function problemOf(
  status: number,
  facts: Partial<ConstructorParameters<typeof TwilioError>[1]> = {},
): AppError {
  const problem = problemFromTwilio(new TwilioError("As it says", { status, isAmbiguous: false, ...facts }));
  expect(problem).toBeInstanceOf(AppError);
  return problem as AppError;
}

describe("what a user is told of a failure at Twilio", () => {
  test.each([
    [400, "twilio_rejected", 502],
    [401, "twilio_credentials_rejected", 502],
    [403, "twilio_not_permitted", 502],
    [404, "twilio_not_found", 502],
    [409, "twilio_rejected", 502],
    [429, "twilio_rate_limited", 503],
    [500, "twilio_unavailable", 502],
    [503, "twilio_unavailable", 502],
    [0, "twilio_unavailable", 502],
    [302, "twilio_unavailable", 502],
  ])("%i is %s, answered with %i", (status, code, answered) => {
    const problem = problemOf(status);
    expect(problem.code).toBe(code);
    expect(PROBLEMS[problem.code].status).toBe(answered);
    expect(problem.detail).toContain("As it says");
  });

  test("quotes Twilio where it has said something, and only there", () => {
    expect(problemOf(400, { twilioCode: 21402 }).detail).toContain("Twilio said: As it says");
    expect(problemOf(0).detail).not.toContain("Twilio said");
  });

  test("has Twilio's own code and request id, and Twilio's failure as its cause", () => {
    const problem = problemOf(400, { twilioCode: 21402, twilioRequestId: "RQ1" });
    expect(problem.extensions).toEqual({ twilioStatus: 400, twilioCode: 21402, twilioRequestId: "RQ1" });
    expect(problem.cause).toBeInstanceOf(TwilioError);
  });

  test("leaves out what Twilio did not say", () => {
    expect(problemOf(503).extensions).toEqual({ twilioStatus: 503 });
  });

  test("says when to try again only where that helps", () => {
    expect(problemOf(429).retryAfterSeconds).toBe(5);
    expect(problemOf(400).retryAfterSeconds).toBeUndefined();
  });
});

test.each([new Error("ours"), new AppError("not_found"), "text", undefined])(
  "what is no failure at Twilio is passed through: %o",
  (thrown) => {
    expect(problemFromTwilio(thrown)).toBe(thrown);
  },
);
