// Pure: which calls have to be recorded before which. A leg that was dialled belongs to whom its parent belongs, so the
// parent's row has to be there first, and Twilio's list may show them in any order.
import type { CallReport } from "../../traffic/traffic-report.ts";

export interface SortedLegs {
  /** To be recorded one after the other: a leg comes in a later one than its parent. */
  readonly rounds: readonly (readonly CallReport[])[];
  /** Those whose parents are absent, and the legs that these dialled. */
  readonly waiting: readonly CallReport[];
}

export function sortLegs(calls: readonly CallReport[], absent: Iterable<string>): SortedLegs {
  const notThere = new Set(absent);
  const rounds: (readonly CallReport[])[] = [];
  const waiting: CallReport[] = [];
  for (const round of parentsFirst(calls)) {
    const { early = [], ready = [] } = groupBy(round, notThere);
    for (const { sid } of early) notThere.add(sid);
    waiting.push(...early);
    if (ready.length > 0) rounds.push(ready);
  }
  return { rounds, waiting };
}

/** Legs that claim to be dialled by each other come last, together. */
function parentsFirst(calls: readonly CallReport[]): readonly (readonly CallReport[])[] {
  const rounds: (readonly CallReport[])[] = [];
  let left = calls;
  while (left.length > 0) {
    const { early = [], ready = [] } = groupBy(left, new Set(left.map(({ sid }) => sid)));
    if (ready.length === 0) return [...rounds, early];
    rounds.push(ready);
    left = early;
  }
  return rounds;
}

function groupBy(calls: readonly CallReport[], parents: ReadonlySet<string>) {
  return Object.groupBy(calls, ({ parentSid }) =>
    parentSid !== undefined && parents.has(parentSid) ? "early" : "ready",
  );
}

/** The parents that are not among the calls themselves. */
export function absentParents(calls: readonly CallReport[]): readonly string[] {
  const sids = new Set(calls.map(({ sid }) => sid));
  const parents = new Set(calls.flatMap(({ parentSid }) => parentSid ?? []));
  return [...parents].filter((sid) => !sids.has(sid));
}
