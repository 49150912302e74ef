// How the failure of an operation is told: on its record, and to whoever asked for it.
import { AppError, shownMessage, UNFORESEEN } from "../../base/errors.ts";
import { problemFromTwilio } from "../../twilio/twilio-error.ts";
import type { PhoneNumber } from "../phone-number.ts";
import { isOperatedByHolder } from "../visibility.ts";
import type { Operation, OperationError, OperationKind } from "./operation.ts";

export function errorOf(problem: unknown): OperationError {
  if (!(problem instanceof AppError)) return { code: "internal_error", detail: UNFORESEEN };
  const { twilioCode } = problem.extensions;
  return {
    code: problem.code,
    detail: problem.detail ?? problem.message,
    ...(typeof twilioCode === "number" ? { twilioCode } : {}),
  };
}

/** What can be done at once, rather than wait for the service. */
const WITHOUT_THE_SERVICE: Record<OperationKind, string> = {
  assign: ", or leave SMS and WhatsApp out",
  configure: "",
  unassign: ", or send it without restore: true, so that the service stays as it is",
  undo: "",
  heal: "",
};

/**
 * Another open operation holds the number's Messaging Service. It may be another organization's, of which nothing is told;
 * nor is anything of the service to whom the number is lent.
 */
export function serviceInProgress(
  { kind, orgId }: Operation,
  number: PhoneNumber,
  serviceSid: string,
  other: Pick<Operation, "id" | "orgId">,
): AppError {
  const isOperated = isOperatedByHolder(number);
  const whose = isOperated
    ? `The Messaging Service ${serviceSid}, which it shares with other numbers,`
    : "A Messaging Service of the account's operator, which takes its messages,";
  return new AppError("operation_in_progress", {
    detail:
      `${whose} is part of a change of another number that has not ended. ` +
      `Try again when it has${WITHOUT_THE_SERVICE[kind]}.`,
    extensions: {
      ...(isOperated ? { serviceSid } : {}),
      ...(other.orgId === orgId ? { waitsFor: other.id } : {}),
    },
    retryAfterSeconds: 2,
  });
}

const OUTCOMES: Readonly<Record<string, string>> = {
  refused: "Nothing was changed.",
  rolled_back: "Twilio and the assignment are as they were before.",
  settling:
    "What was written has been taken back. A write that Twilio did not answer may still land, so the number stays " +
    "locked until that has been checked once more.",
  needs_attention:
    "Not every field could be put back, because somebody else changed it meanwhile: see the operation.",
};

/** The same problem, with the operation and what became of it. */
export function withOperation(problem: unknown, operation: Operation, outcome: string): unknown {
  if (!(problem instanceof AppError)) return problem;
  return new AppError(problem.code, {
    detail: [problem.detail, OUTCOMES[outcome]].filter(Boolean).join(" "),
    extensions: { ...problem.extensions, operationId: operation.id, outcome },
    ...(problem.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: problem.retryAfterSeconds }),
    cause: problem.cause ?? problem,
  });
}

export function unknownOutcome(operation: Operation, cause: unknown): AppError {
  return new AppError("outcome_unknown", {
    detail:
      "The change could neither be finished nor taken back just now. It is written down, and recovery will do one or " +
      `the other; until then the number stays locked. Look at operation ${operation.id}. ` +
      `Cause: ${shownMessage(problemFromTwilio(cause))}`,
    extensions: { operationId: operation.id },
    retryAfterSeconds: 30,
    cause,
  });
}
