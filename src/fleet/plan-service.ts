// Makes plans: what a change of many numbers would be, number by number, before anybody agrees to it. A plan is a batch that
// has not begun.
import { requireAgent } from "../agents/agent-service.ts";
import { appendAudit } from "../audit/audit-service.ts";
import type { Actor } from "../auth/actor.ts";
import { within } from "../base/deadline.ts";
import { newId } from "../base/ids.ts";
import { joinTransaction } from "../db/join-transaction.ts";
import { countPhoneNumbers } from "../phone-numbers/inventory/number-list-store.ts";
import type { ApplyBatch, Batch, BatchIntent, Selection } from "./batch.ts";
import { batchEvent } from "./batch-audit.ts";
import { requireBatch, requireFeasible, requirePermission, requireSelectable } from "./batch-guards.ts";
import { filterFor } from "./batch-selection.ts";
import { insertBatch } from "./batch-store.ts";
import type { FleetDeps } from "./fleet-deps.ts";

export interface PlanBatch {
  readonly intent: Exclude<BatchIntent, { readonly action: "undo" }>;
  readonly selection: Selection;
}

/** Whoever asks for a plan of a few numbers gets it; for a fleet it is still being made. */
const WAIT_MS = 5_000;

/**
 * Plans a change of the selected numbers. Nothing is changed before the plan is applied.
 *
 * @returns the plan; `planning` when it is not complete after some seconds
 * @throws AppError `forbidden`, `agent_not_found`, `account_not_found`, `phone_number_not_found`, `public_url_unreachable`
 */
export async function planBatch(deps: FleetDeps, actor: Actor, input: PlanBatch): Promise<Batch> {
  const id = await beginPlan(deps, actor, input);
  await within(deps.clock, WAIT_MS, deps.batchRunners.start({ id, orgId: actor.orgId }));
  return requireBatch(deps.db, actor.orgId, id);
}

/** The same, without waiting for it. @param apply applies it as soon as it is made @returns its id */
export async function beginPlan(
  deps: FleetDeps,
  actor: Actor,
  { intent, selection }: PlanBatch,
  apply?: ApplyBatch,
): Promise<string> {
  requirePermission(actor, intent);
  requireFeasible(deps, intent);
  if (intent.action === "assign") await requireAgent(deps.db, actor.orgId, intent.agentId);
  await requireSelectable(deps.db, actor.orgId, selection);
  const { phoneNumberIds, ...filter } = selection;
  const ids = phoneNumberIds && [...new Set(phoneNumberIds)].toSorted();
  const batch = {
    id: newId("batch"),
    orgId: actor.orgId,
    intent,
    selection: filter,
    selectedCount: ids?.length ?? (await countPhoneNumbers(deps.db, actor.orgId, filterFor(intent, filter))),
    phoneNumberIds: ids,
    actor: { userId: actor.userId, role: actor.role },
    appliedBy: apply && whoApplies(actor),
    applyWhenPlanned: apply,
    undoes: undefined,
  };
  const now = deps.clock.now();
  await joinTransaction(deps.db, async (tx) => {
    await insertBatch(tx, batch, now);
    if (apply) await appendAudit(tx, deps.clock, actor, batchEvent("apply", batch, { ...apply }));
  });
  return batch.id;
}

export function whoApplies({ userId, role, requestId }: Actor): NonNullable<Batch["appliedBy"]> {
  return { userId, role, requestId };
}
