import { type Health, isHealth } from "../../components/health.ts";
import { searchFlag, searchText } from "../../components/search-text.ts";

export interface NumbersSearch {
  readonly search?: string | undefined;
  readonly agent?: string | undefined;
  readonly account?: string | undefined;
  readonly health?: Health | undefined;
  /** Only those where something else answers although our URL is set. */
  readonly shadowed?: true | undefined;
}

export function numbersSearch({
  search,
  agent,
  account,
  health,
  shadowed,
}: Record<string, unknown>): NumbersSearch {
  return {
    search: searchText(search),
    agent: searchText(agent),
    account: searchText(account),
    health: isHealth(health) ? health : undefined,
    shadowed: searchFlag(shadowed),
  };
}
