import type { AuditEvent } from "../audit/audit-entry.ts";
import type { Json } from "../base/json.ts";
import type { Batch } from "./batch.ts";
import type { BatchAction } from "./batch-rules.ts";

/** Somebody has decided something about a batch. What becomes of its numbers is in the entries of their operations. */
export function batchEvent(
  action: BatchAction,
  batch: Pick<Batch, "id" | "intent"> & Partial<Pick<Batch, "state">>,
  decided: Readonly<Record<string, Json | undefined>>,
): AuditEvent {
  return {
    action: `batch.${action}`,
    target: { type: "batch", id: batch.id },
    before: batch.state === undefined ? null : { state: batch.state },
    after: { intent: intentView(batch.intent), ...decided },
    outcome: "committed",
  };
}

function intentView(intent: Batch["intent"]): Json {
  return "channels" in intent ? { ...intent, channels: { ...intent.channels } } : { ...intent };
}
