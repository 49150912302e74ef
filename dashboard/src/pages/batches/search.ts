import { type Health, isHealth } from "../../components/health.ts";

export const BATCH_ACTIONS = ["configure", "assign", "unassign"] as const;
export type BatchAction = (typeof BATCH_ACTIONS)[number];

/** What to plan, and for which numbers; those of `search`, `agent`, `account` and `health` as on the page of numbers. */
export interface PlanSearch {
  readonly action?: BatchAction | undefined;
  /** The agent to assign to. */
  readonly to?: string | undefined;
  readonly search?: string | undefined;
  readonly agent?: string | undefined;
  readonly account?: string | undefined;
  readonly health?: Health | undefined;
}

export function planSearch(given: Record<string, unknown>): PlanSearch {
  const { action, to, search, agent, account, health } = given;
  return {
    action: BATCH_ACTIONS.find((known) => known === action),
    to: text(to),
    search: text(search),
    agent: text(agent),
    account: text(account),
    health: isHealth(health) ? health : undefined,
  };
}

export const ITEM_STATES = [
  "pending",
  "running",
  "done",
  "unchanged",
  "failed",
  "skipped",
  "undone",
] as const;
export type ItemState = (typeof ITEM_STATES)[number];

export interface BatchSearch {
  /** Which of its numbers are shown. */
  readonly state?: ItemState | undefined;
}

export function batchSearch({ state }: Record<string, unknown>): BatchSearch {
  return { state: ITEM_STATES.find((known) => known === state) };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
