import { parseDay } from "../../components/days.ts";
import type { Outcome } from "../../components/outcome-badge.tsx";
import { isOutcome } from "../../components/outcome-badge.tsx";
import { searchText } from "../../components/search-text.ts";
import { type Action, isAction } from "./actions.ts";

export interface AuditSearch {
  /** The id of what was changed. */
  readonly target?: string | undefined;
  readonly action?: Action | undefined;
  readonly outcome?: Outcome | undefined;
  /** The id of who did it. */
  readonly actor?: string | undefined;
  /** Days in the reader's zone, both included. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** The number of the entry that is looked at. */
  readonly entry?: number | undefined;
}

export function auditSearch(search: Record<string, unknown>): AuditSearch {
  const { target, action, outcome, actor, from, to, entry } = search;
  const seq = Number(entry);
  return {
    target: searchText(target),
    action: isAction(action) ? action : undefined,
    outcome: isOutcome(outcome) ? outcome : undefined,
    actor: searchText(actor),
    from: parseDay(from),
    to: parseDay(to),
    entry: Number.isSafeInteger(seq) && seq > 0 ? seq : undefined,
  };
}
