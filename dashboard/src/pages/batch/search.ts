import { type ItemState, isItemState } from "./item-words.ts";

export interface BatchSearch {
  /** Which of its numbers are shown. */
  readonly state?: ItemState | undefined;
}

export function batchSearch({ state }: Record<string, unknown>): BatchSearch {
  return { state: isItemState(state) ? state : undefined };
}
