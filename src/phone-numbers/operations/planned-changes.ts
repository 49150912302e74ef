// Pure: whether a change that was planned earlier is still the change that would be made now.
import { isDeepStrictEqual } from "node:util";
import { AppError } from "../../base/errors.ts";
import { resourcesOf } from "../../twilio/observed.ts";
import { areInPlace, type Change } from "../../twilio/webhook-config.ts";
import type { Plan } from "./operation-plan.ts";

/** What a plan has shown, and what somebody has agreed to. */
export type PlannedChanges = Pick<Plan, "changes" | "withheld">;

/**
 * Whether nothing would be written but what was planned, over what was there then. What is in place already needs no
 * write: numbers of one Messaging Service have the same change of it in their plans, and the first one makes it. The last
 * one that relies on the service puts it back, which was withheld from all of them when they were planned.
 */
export function isAsPlanned(
  planned: PlannedChanges,
  now: Pick<Plan, "observed" | "changes" | "withheld">,
): boolean {
  const agreed = [...planned.changes, ...planned.withheld];
  const there = resourcesOf(now.observed);
  const isDealtWith = (change: Change) =>
    includes(now.changes, change) || includes(now.withheld, change) || areInPlace([change], there);
  return now.changes.every((change) => includes(agreed, change)) && planned.changes.every(isDealtWith);
}

function includes(changes: readonly Change[], change: Change): boolean {
  return changes.some((other) => isDeepStrictEqual(other, change));
}

export function changedSincePlan(): AppError {
  return new AppError("changed_since_plan", {
    detail: "What is there now is not what the plan has seen, so it was left as it is. Plan it again.",
  });
}
