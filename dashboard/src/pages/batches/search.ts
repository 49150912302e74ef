import type { Schemas } from "../../api/client.ts";
import { type Health, isHealth } from "../../components/health.ts";
import { searchText } from "../../components/search-text.ts";
import { isVerdict, type Verdict } from "../../components/verdict.ts";

export type BatchAction = NonNullable<Schemas["PlanBatch"]["action"]>;
export const BATCH_ACTIONS: readonly BatchAction[] = ["configure", "assign", "unassign"];

/** What to plan, and for which numbers; those of `search` to `verdict` as on the page of numbers. */
export interface PlanSearch {
  readonly action?: BatchAction | undefined;
  /** The agent to assign to. */
  readonly to?: string | undefined;
  readonly search?: string | undefined;
  readonly agent?: string | undefined;
  readonly account?: string | undefined;
  readonly health?: Health | undefined;
  readonly verdict?: Verdict | undefined;
}

export function planSearch(given: Record<string, unknown>): PlanSearch {
  const { action, to, search, agent, account, health, verdict } = given;
  return {
    action: BATCH_ACTIONS.find((known) => known === action),
    to: searchText(to),
    search: searchText(search),
    agent: searchText(agent),
    account: searchText(account),
    health: isHealth(health) ? health : undefined,
    verdict: isVerdict(verdict) ? verdict : undefined,
  };
}
