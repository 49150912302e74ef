// Pure: which Messaging Services an operation has to hold. A service decides for all of its numbers, so two operations on
// different numbers can be in each other's way there; see docs/decisions/0013.
import type { Change, ResourceConfig } from "../../twilio/webhook-config.ts";

/** What an operation keeps others from doing to a Messaging Service for as long as it is open. */
export interface ServiceHold {
  /** MG… */
  readonly sid: string;
  /** `rely`: nobody else may change the service. `change`: nobody else may rely on it either. */
  readonly access: "rely" | "change";
}

/** What a plan needs, and what is held already: holds only ever grow, and end with their operation. */
export function holdsFor(
  plan: { readonly desired: readonly ResourceConfig[]; readonly changes: readonly Change[] },
  held: readonly ServiceHold[] = [],
): readonly ServiceHold[] {
  const changed = new Set([
    ...serviceSids(plan.changes),
    ...held.filter(({ access }) => access === "change").map(({ sid }) => sid),
  ]);
  const sids = new Set([...changed, ...serviceSids(plan.desired), ...held.map(({ sid }) => sid)]);
  return [...sids].toSorted().map((sid) => ({ sid, access: changed.has(sid) ? "change" : "rely" }));
}

function serviceSids(parts: readonly Pick<Change, "resource" | "sid">[]): readonly string[] {
  return parts.filter(({ resource }) => resource === "service").map(({ sid }) => sid);
}

export function isHeld(needed: readonly ServiceHold[], held: readonly ServiceHold[] = []): boolean {
  return needed.every((need) => held.some(({ sid, access }) => sid === need.sid && access === need.access));
}
