// Pure: what is to be done now about something that differs.
import { addMs } from "../base/clock.ts";
import { DAY_MS } from "../base/durations.ts";
import { assertNever } from "../base/errors.ts";
import type { Drift, DriftField } from "./drift.ts";
import { DEFAULT_POLICY, type DriftPolicy } from "./policy.ts";

/**
 * - `alert`: somebody is to know
 * - `silence`: nobody is to know any more
 * - `heal`: what is wanted is written again
 * - `give_up`: no more, because somebody changes it back
 */
export type DriftAction = "none" | "alert" | "silence" | "heal" | "give_up";

/** How often a field is written again before that is called a fight. */
const HEALS_BEFORE_FIGHT = 3;
/** What was healed before that is forgotten. */
const MEMORY_MS = 7 * DAY_MS;

/** @param healed what was healed of the same class before */
export function actionFor(
  drift: Drift,
  policy: Pick<DriftPolicy, "policy" | "setAt"> | undefined,
  healed: readonly Drift[],
  now: Date,
): DriftAction {
  const wanted = policy?.policy ?? DEFAULT_POLICY;
  switch (wanted) {
    case "observe":
    // Whatever is ignored is ended by the next comparison.
    case "ignore":
      return drift.alertedAt || drift.foughtAt ? "silence" : "none";
    case "alert":
      return isTold(drift) ? "none" : "alert";
    case "heal":
      return healing(drift, policy?.setAt, healed, now);
    default:
      return assertNever(wanted);
  }
}

function healing(drift: Drift, setAt: Date | undefined, healed: readonly Drift[], now: Date): DriftAction {
  // Nothing that is written brings a number back.
  if (drift.fieldClass === "presence") return isTold(drift) ? "none" : "alert";
  if (drift.foughtAt && !isAfter(setAt, drift.foughtAt)) return "none";
  if (isFought(drift, healed, memory(setAt, now))) return "give_up";
  const isPostponed = drift.healAfter !== undefined && drift.healAfter > now;
  const isAskedForAnew = isAfter(setAt, drift.alertedAt);
  return isPostponed && !isAskedForAnew ? "none" : "heal";
}

function isTold({ alertedAt, isNews }: Drift): boolean {
  return alertedAt !== undefined && !isNews;
}

/** Whoever sets the policy again says that it is to be tried again. */
function memory(setAt: Date | undefined, now: Date): Date {
  const since = addMs(now, -MEMORY_MS);
  return setAt && setAt > since ? setAt : since;
}

function isAfter(at: Date | undefined, other: Date | undefined): boolean {
  return at !== undefined && other !== undefined && at > other;
}

/** One of the fields was written often enough. */
function isFought({ fields }: Drift, healed: readonly Drift[], since: Date): boolean {
  const recent = healed.filter(({ endedAt }) => isAfter(endedAt, since));
  return fields.some(
    (field) => recent.filter((earlier) => isAbout(earlier, field)).length >= HEALS_BEFORE_FIGHT,
  );
}

function isAbout({ fields }: Drift, { sid, field }: DriftField): boolean {
  return fields.some((other) => other.sid === sid && other.field === field);
}
