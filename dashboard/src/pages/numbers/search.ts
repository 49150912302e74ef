import { type Health, isHealth } from "../../components/health.ts";
import { searchText } from "../../components/search-text.ts";
import { isVerdict, type Verdict } from "../../components/verdict.ts";

export interface NumbersSearch {
  readonly search?: string | undefined;
  readonly agent?: string | undefined;
  readonly account?: string | undefined;
  readonly health?: Health | undefined;
  /** Who answers, on one channel at least. */
  readonly verdict?: Verdict | undefined;
}

export function numbersSearch({
  search,
  agent,
  account,
  health,
  verdict,
}: Record<string, unknown>): NumbersSearch {
  return {
    search: searchText(search),
    agent: searchText(agent),
    account: searchText(account),
    health: isHealth(health) ? health : undefined,
    verdict: isVerdict(verdict) ? verdict : undefined,
  };
}
