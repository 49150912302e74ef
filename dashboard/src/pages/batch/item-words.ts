import type { Schemas } from "../../api/client.ts";

export type ItemState = Schemas["BatchItem"]["state"];

export const ITEM_WORDS = {
  pending: { label: "To change", color: "indigo" },
  running: { label: "Under way", color: "blue" },
  done: { label: "Changed", color: "teal" },
  unchanged: { label: "Unchanged", color: "gray" },
  failed: { label: "Failed", color: "red" },
  skipped: { label: "Skipped", color: "yellow" },
  undone: { label: "Undone", color: "grape" },
} as const satisfies Record<ItemState, unknown>;

export function isItemState(value: unknown): value is ItemState {
  return typeof value === "string" && Object.hasOwn(ITEM_WORDS, value);
}
