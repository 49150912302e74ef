import { type Health, isHealth } from "../../components/health.ts";

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
    search: text(search),
    agent: text(agent),
    account: text(account),
    health: isHealth(health) ? health : undefined,
    shadowed: shadowed === true ? true : undefined,
  };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
