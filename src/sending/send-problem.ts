// What Twilio's refusals of a message or a call mean to whoever sends it.
// https://www.twilio.com/docs/api/errors
import { AppError, type ProblemCode } from "../base/errors.ts";
import { problemFromTwilio, TwilioError } from "../twilio/twilio-error.ts";

interface Refusal {
  readonly code: ProblemCode;
  readonly detail: string;
}

const OPTED_OUT: Refusal = {
  code: "recipient_opted_out",
  detail: "They sent STOP to this number. Only they can undo that, by sending START to it.",
};
const INVALID: Refusal = {
  code: "recipient_invalid",
  detail: "Check `to`: whether the number exists, and can take what is sent.",
};
const NO_SENDER: Refusal = {
  code: "whatsapp_sender_missing",
  detail: "Register the number as a WhatsApp sender in Twilio, or send an SMS.",
};

const REFUSALS: ReadonlyMap<number, Refusal> = new Map([
  [21610, OPTED_OUT],
  [21211, INVALID],
  [21214, INVALID],
  [21268, INVALID],
  [21614, INVALID],
  [63003, INVALID],
  [63024, INVALID],
  [63002, NO_SENDER],
  [63007, NO_SENDER],
]);

/** The problem that a user is shown; anything but Twilio's refusal is passed through. */
export function sendProblem(error: unknown): unknown {
  const problem = problemFromTwilio(error);
  if (!(error instanceof TwilioError) || !(problem instanceof AppError)) return problem;
  const refusal = REFUSALS.get(error.twilioCode ?? 0);
  if (!refusal) return problem;
  return new AppError(refusal.code, {
    detail: `${refusal.detail} Twilio said: ${error.message}`,
    extensions: problem.extensions,
    cause: error,
  });
}

/** Sent or not, nobody can tell. */
export function unknownSendOutcome(cause: unknown): AppError {
  return new AppError("send_outcome_unknown", {
    detail:
      "Twilio did not answer, and its list does not say which of its entries this would be, or whether there will be " +
      "one. Look at the organization's messages and calls in a few minutes. With the same Idempotency-Key this answer " +
      "is repeated and nothing is sent; without one, or with another, a repeated request may send twice.",
    cause,
  });
}
