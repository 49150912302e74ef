// Pure: what a sweep has to write down about one number.
import { isDeepStrictEqual } from "node:util";
import { FIELD_CLASSES, type FieldClass } from "../phone-numbers/field-class.ts";
import type { Health, PhoneNumber } from "../phone-numbers/phone-number.ts";
import {
  type ClassDifference,
  healthOf,
  type NumberJudgement,
} from "../phone-numbers/verification/number-judgement.ts";
import type { Change } from "../twilio/webhook-config.ts";
import { type OurUrls, ownerOf } from "../twilio/webhook-urls.ts";
import type { Drift, DriftField, EndReason } from "./drift.ts";

type Planned = Pick<PhoneNumber, "assignment" | "health" | "status"> & Partial<Pick<PhoneNumber, "desired">>;

export interface DriftPlanInput {
  readonly number: Planned;
  /** Whether the number is in the Twilio account. */
  readonly isThere: boolean;
  /** A sweep has said `unverified` of it, and nobody has looked since. */
  readonly isLowered: boolean;
  /** Of a number that is there. */
  readonly judgement: Pick<NumberJudgement, "differences" | "unknown" | "isSure">;
  /** What is known to differ. */
  readonly open: readonly Drift[];
  readonly ignored: ReadonlySet<FieldClass>;
  readonly ours: OurUrls;
}

export interface DriftPlan {
  readonly health: Health;
  readonly status: PhoneNumber["status"];
  /** Whether `unverified` is what a sweep has made of it. */
  readonly isLowered: boolean;
  readonly opens: readonly ClassDifference[];
  readonly updates: readonly { readonly drift: Drift; readonly difference: ClassDifference }[];
  readonly ends: readonly { readonly drift: Drift; readonly reason: EndReason }[];
}

const VANISHED: ClassDifference = {
  fieldClass: "presence",
  verdict: undefined,
  reason: "The number is not in the Twilio account any more.",
  changes: [],
};

export function planDrift(input: DriftPlanInput): DriftPlan {
  const { number, isThere, isLowered, open, ignored } = input;
  const differences = isThere ? input.judgement.differences : whenGone(number);
  const drifting = differences.filter(
    (difference) => !ignored.has(difference.fieldClass) && !isOnlyStale(difference, input),
  );
  // Of a number that is gone nothing else can be said.
  const judged = isThere ? FIELD_CLASSES : (["presence"] as const);
  const plan = judged.map((fieldClass) => {
    const difference = drifting.find((one) => one.fieldClass === fieldClass);
    const drift = open.find((one) => one.fieldClass === fieldClass);
    // What may not be read may differ as before.
    const isUnknown = isThere && input.judgement.unknown.includes(fieldClass) && !ignored.has(fieldClass);
    return { difference, drift, fieldClass, isUnknown };
  });
  const isLeft = plan.some(({ drift, isUnknown }) => drift && isUnknown);
  const health = isLeft ? "drifted" : healthAfter(input, differences);
  return {
    health,
    status: isThere ? "active" : "released",
    isLowered: health === "unverified" && (isLowered || number.health !== "unverified"),
    opens: plan.flatMap(({ difference, drift }) => (difference && !drift ? [difference] : [])),
    updates: plan.flatMap(({ difference, drift }) =>
      difference && drift && !isSame(drift, difference) ? [{ drift, difference }] : [],
    ),
    ends: plan.flatMap(({ difference, drift, fieldClass, isUnknown }) =>
      drift && !difference && !isUnknown
        ? [{ drift, reason: endReason(number, ignored.has(fieldClass)) }]
        : [],
    ),
  };
}

export function changesNothing({ health, status }: Planned, plan: DriftPlan): boolean {
  const parts = [...plan.opens, ...plan.updates, ...plan.ends];
  return parts.length === 0 && plan.health === health && plan.status === status;
}

function whenGone({ assignment }: Planned): readonly ClassDifference[] {
  return assignment ? [VANISHED] : [];
}

/**
 * The public URL has changed, and Twilio holds what it was given before: nobody has changed anything. The number's health
 * says that it is to be configured again.
 */
function isOnlyStale({ changes }: ClassDifference, { number, ours }: DriftPlanInput): boolean {
  const isStale = ({ sid, field, before }: Change) =>
    ownerOf(before, ours) === "ours_stale" &&
    number.desired?.some((config) => config.sid === sid && config.fields[field] === before);
  return changes.length > 0 && changes.every(isStale);
}

/**
 * The processing region stands in no list, so a sweep makes no number surer than it was; what an earlier sweep was less sure of
 * is given back. Of a number that nobody answers nothing is wanted, so nothing shows whether what was lost is put right.
 */
function healthAfter(
  { number, isThere, isLowered, judgement, ignored }: DriftPlanInput,
  differences: readonly ClassDifference[],
): Health {
  if (!number.assignment && number.health === "needs_attention" && isThere) return "needs_attention";
  const health = healthOf(number, { differences, isSure: judgement.isSure }, ignored);
  return health === "ok" && number.health === "unverified" && !isLowered ? "unverified" : health;
}

function endReason({ assignment }: Planned, isIgnored: boolean): EndReason {
  if (!assignment) return "unassigned";
  return isIgnored ? "ignored" : "gone";
}

function isSame(drift: Drift, difference: ClassDifference): boolean {
  return (
    drift.verdict === difference.verdict &&
    drift.reason === difference.reason &&
    isDeepStrictEqual(drift.fields, driftFields(difference))
  );
}

export function driftFields({ changes }: ClassDifference): readonly DriftField[] {
  return changes.map(({ resource, sid, field, before, after }) => ({
    resource,
    sid,
    field,
    wanted: after,
    found: before,
  }));
}
