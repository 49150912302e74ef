import { expect, test } from "vitest";
import { AppError } from "../base/errors.ts";
import { TwilioError } from "../twilio/twilio-error.ts";
import { sendProblem, unknownSendOutcome } from "./send-problem.ts";

const refused = (twilioCode: number, status = 400) =>
  new TwilioError("Twilio's own words", { status, twilioCode, isAmbiguous: false });

test.each([
  [21610, "recipient_opted_out"],
  [21211, "recipient_invalid"],
  [21614, "recipient_invalid"],
  [63003, "recipient_invalid"],
  [63007, "whatsapp_sender_missing"],
  [21606, "twilio_rejected"],
])("Twilio's %i is %s, and says what Twilio said", (twilioCode, code) => {
  const cause = refused(twilioCode);
  expect(sendProblem(cause)).toMatchObject({
    code,
    detail: expect.stringContaining("Twilio's own words"),
    extensions: { twilioCode, twilioStatus: 400 },
    cause,
  });
});

test("a limit can be tried again in a moment", () => {
  expect(sendProblem(refused(20429, 429))).toMatchObject({
    code: "twilio_rate_limited",
    retryAfterSeconds: 5,
  });
});

test("what Twilio did not say is passed through", () => {
  const error = new Error("ours");
  expect(sendProblem(error)).toBe(error);
});

test("a refusal may be tried again, an unknown outcome may not", () => {
  const problems = [sendProblem(refused(21610)), sendProblem(refused(21606)), unknownSendOutcome(undefined)];
  expect(problems.map((problem) => problem instanceof AppError && problem.isFinal)).toEqual([
    false,
    false,
    true,
  ]);
});
