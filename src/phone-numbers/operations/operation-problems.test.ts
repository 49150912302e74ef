import { expect, test } from "vitest";
import { AppError, UNFORESEEN } from "../../base/errors.ts";
import type { Operation } from "./operation.ts";
import { errorOf, unknownOutcome } from "./operation-problems.ts";

const LOST = new Error("connect ECONNREFUSED 10.0.0.7:5432");

test("an operation's record tells nothing of what went wrong on our side", () => {
  expect(errorOf(LOST)).toEqual({ code: "internal_error", detail: UNFORESEEN });
  const { detail, cause } = unknownOutcome({ id: "op_1" } as Operation, LOST);
  expect(detail).toContain(`Cause: ${UNFORESEEN}`);
  expect(cause).toBe(LOST);
});

test("what can be dealt with is told in full", () => {
  const refused = new AppError("number_assigned", { detail: "Its holder has to unassign it first." });
  expect(errorOf(refused)).toEqual({
    code: "number_assigned",
    detail: "Its holder has to unassign it first.",
  });
  expect(unknownOutcome({ id: "op_1" } as Operation, refused).detail).toContain(refused.message);
});
