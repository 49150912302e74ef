// What may happen to a batch once it is planned: it is applied, paused, resumed, cancelled and undone. Each is a decision
// of somebody's, in the audit log; a runner acts on it (batch-runner.ts).
import { appendAudit } from "../audit/audit-service.ts";
import type { Actor } from "../auth/actor.ts";
import { AppError } from "../base/errors.ts";
import { newId } from "../base/ids.ts";
import { type Page, pageOf } from "../base/page.ts";
import type { Db } from "../db/connect.ts";
import type { ApplyBatch, Batch, ItemState } from "./batch.ts";
import { batchEvent } from "./batch-audit.ts";
import { requireBatch, requireFeasible, requirePermission } from "./batch-guards.ts";
import { type ListedItem, listItems } from "./batch-item-store.ts";
import { type BatchAction, isAtRest, refuseAction, sizesFor } from "./batch-rules.ts";
import {
  type BatchPatch,
  findBatch,
  insertBatch,
  listBatches,
  lockBatch,
  updateBatch,
} from "./batch-store.ts";
import type { FleetDeps } from "./fleet-deps.ts";
import { whoApplies } from "./plan-service.ts";

/**
 * Applies a plan as it stands: a few numbers first, and when these are verified all others. A number of which the plan has
 * seen something else is skipped. Goes on in the background.
 *
 * @throws AppError `batch_not_found`, `plan_expired`, `plan_applied`, `batch_state`, `forbidden`, `public_url_unreachable`
 */
export function applyBatch(
  deps: FleetDeps,
  actor: Actor,
  id: string,
  input: ApplyBatch = {},
): Promise<Batch> {
  return decide(deps, actor, id, "apply", (batch, now) => {
    requireFeasible(deps, batch.intent);
    const sizes = sizesFor(batch.counts.pending, input);
    const state = sizes.canarySize > 0 ? "canary" : "running";
    return { state, ...sizes, appliedBy: whoApplies(actor), appliedAt: now, leaseUntil: now };
  });
}

/** Begins nothing more until it is resumed; what is under way ends. @throws AppError `batch_not_found`, `batch_state` */
export function pauseBatch(deps: FleetDeps, actor: Actor, id: string): Promise<Batch> {
  return decide(deps, actor, id, "pause", () => ({ state: "paused" }));
}

/** @throws AppError `batch_not_found`, `batch_state`, `forbidden`, `public_url_unreachable` */
export function resumeBatch(deps: FleetDeps, actor: Actor, id: string): Promise<Batch> {
  return decide(
    deps,
    actor,
    id,
    "resume",
    ({ intent, canarySize, canaryVerifiedAt, leaseUntil, isRun }, now) => {
      requireFeasible(deps, intent);
      const isCanaryDue = canarySize !== 0 && canaryVerifiedAt === undefined;
      // A run that is coming to its end sees that it has to go on; where there is none, nothing is waited for.
      return { state: isCanaryDue ? "canary" : "running", leaseUntil: (isRun && leaseUntil) || now };
    },
  );
}

/** Begins nothing more, ever; what is changed stays changed. @throws AppError `batch_not_found`, `batch_state` */
export function cancelBatch(deps: FleetDeps, actor: Actor, id: string): Promise<Batch> {
  return decide(deps, actor, id, "cancel", (_batch, now) => ({ state: "cancelled", endedAt: now }));
}

async function decide(
  deps: FleetDeps,
  actor: Actor,
  id: string,
  action: Exclude<BatchAction, "undo">,
  patchFor: (batch: Batch, now: Date) => BatchPatch,
): Promise<Batch> {
  const now = deps.clock.now();
  await deps.db.transaction().execute(async (tx) => {
    const batch = await lockPossible(tx, actor, id, action, now);
    const patch = patchFor(batch, now);
    await updateBatch(tx, id, patch, now);
    const { state, canarySize, failureBudget } = patch;
    const decided = { state, canarySize, failureBudget, counts: { ...batch.counts } };
    await appendAudit(tx, deps.clock, actor, batchEvent(action, batch, decided));
  });
  void deps.batchRunners.start({ id, orgId: actor.orgId });
  return requireBatch(deps.db, actor.orgId, id);
}

/** Stopping something is everybody's right; what sets something going needs the permission for it. */
async function lockPossible(
  tx: Db,
  actor: Actor,
  id: string,
  action: BatchAction,
  now: Date,
): Promise<Batch> {
  const batch = await lockBatch(tx, actor.orgId, id);
  if (!batch) throw new AppError("batch_not_found");
  if (action !== "pause" && action !== "cancel") requirePermission(actor, batch.intent);
  const refusal = refuseAction(action, batch, now);
  if (refusal) throw refusal;
  return batch;
}

/**
 * Takes back what a batch has changed, with a batch of its own: every number to its operation's snapshot and to the
 * assignment before. One that has changed since is skipped, and says so. Begins at once.
 *
 * @returns the new batch
 * @throws AppError `batch_not_found`, `batch_state`, `forbidden`
 */
export async function undoBatch(deps: FleetDeps, actor: Actor, id: string): Promise<Batch> {
  const now = deps.clock.now();
  const undoing = newId("batch");
  await deps.db.transaction().execute(async (tx) => {
    const batch = await lockPossible(tx, actor, id, "undo", now);
    await requireNoUndoUnderWay(tx, batch);
    const { intent, counts } = batch;
    await insertBatch(
      tx,
      {
        id: undoing,
        orgId: actor.orgId,
        intent: { action: "undo", takeover: "takeover" in intent && intent.takeover },
        selection: {},
        selectedCount: counts.done,
        phoneNumberIds: undefined,
        actor: { userId: actor.userId, role: actor.role },
        appliedBy: whoApplies(actor),
        // What was changed was verified then; whoever goes back is in a hurry, and wants as much of it back as can be.
        applyWhenPlanned: { canarySize: 0, failureBudget: counts.done },
        undoes: id,
      },
      now,
    );
    await appendAudit(
      tx,
      deps.clock,
      actor,
      batchEvent("undo", batch, { batchId: undoing, counts: { ...counts } }),
    );
  });
  void deps.batchRunners.start({ id: undoing, orgId: actor.orgId });
  return requireBatch(deps.db, actor.orgId, undoing);
}

async function requireNoUndoUnderWay(tx: Db, { orgId, undoneBy }: Batch): Promise<void> {
  const earlier = undoneBy === undefined ? undefined : await findBatch(tx, orgId, undoneBy);
  if (!earlier || isAtRest(earlier)) return;
  throw new AppError("batch_state", {
    detail: `The batch ${earlier.id} is undoing it already.`,
    extensions: { state: earlier.state, batchId: earlier.id },
  });
}

/** @throws AppError `batch_not_found` */
export function getBatch({ db }: Pick<FleetDeps, "db">, actor: Actor, id: string): Promise<Batch> {
  return requireBatch(db, actor.orgId, id);
}

/** The organization's batches, newest first. */
export async function listBatchPage(
  { db }: Pick<FleetDeps, "db">,
  actor: Actor,
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<Page<Batch>> {
  const rows = await listBatches(db, actor.orgId, { beforeId: cursor, limit: limit + 1 });
  return pageOf(rows, limit, ({ id }) => id);
}

/** A batch's numbers in their order. @throws AppError `batch_not_found` */
export async function listItemPage(
  { db }: Pick<FleetDeps, "db">,
  actor: Actor,
  id: string,
  query: {
    readonly cursor?: number | undefined;
    readonly limit: number;
    readonly states?: readonly ItemState[] | undefined;
  },
): Promise<Page<ListedItem>> {
  const batch = await requireBatch(db, actor.orgId, id);
  const { cursor = -1, limit, states } = query;
  const rows = await listItems(db, batch.id, { afterPosition: cursor, limit: limit + 1, states });
  return pageOf(rows, limit, ({ position }) => String(position));
}
