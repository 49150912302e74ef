// Configures all of an organization's numbers again, in one request where that takes no longer than a request may.
import type { Actor } from "../auth/actor.ts";
import { within } from "../base/deadline.ts";
import type { Change } from "../twilio/webhook-config.ts";
import type { ApplyBatch, Batch, ItemProblem } from "./batch.ts";
import { requireBatch } from "./batch-guards.ts";
import { listItems } from "./batch-item-store.ts";
import { isAtRest } from "./batch-rules.ts";
import type { FleetDeps } from "./fleet-deps.ts";
import { beginPlan } from "./plan-service.ts";

export interface ConfigureNumbers {
  /** Only the numbers of this agent; all assigned numbers of the organization without it. */
  readonly agentId?: string | undefined;
}

export interface BatchError extends ItemProblem {
  readonly phoneNumberId: string;
}

export interface ConfigureResult {
  readonly success: number;
  readonly failed: number;
  /** Of numbers that failed, and of which something was left as it is. The first thousand; the batch's items are all of them. */
  readonly errors: readonly BatchError[];
  readonly batch: Batch;
  /** False while it goes on in the background. */
  readonly isDone: boolean;
}

export interface PlannedNumber {
  readonly phoneNumberId: string;
  readonly changes: readonly Change[];
}

/** Proxies and browsers wait for 30 seconds and more. */
const WAIT_MS = 25_000;
const MAX_LISTED = 1_000;
/** Each number is tried, whatever becomes of the others: what fails is put back, and is no worse off than before. */
const TRY_ALL: ApplyBatch = { canarySize: 0, failureBudget: 2_147_483_647 };

/** Configures the organization's own assigned, active numbers again. One number's failure does not keep the others back. */
export async function configureNumbers(
  deps: FleetDeps,
  actor: Actor,
  input: ConfigureNumbers,
): Promise<ConfigureResult> {
  const batch = await runFor(deps, actor, input, TRY_ALL);
  return { ...(await resultsOf(deps, batch)), isDone: isAtRest(batch) };
}

/** What `configureNumbers` would write, and what it would be refused. Writes nothing; the plan can be applied. */
export async function planConfiguration(
  deps: FleetDeps,
  actor: Actor,
  input: ConfigureNumbers,
): Promise<ConfigureResult & { readonly planned: readonly PlannedNumber[] }> {
  const batch = await runFor(deps, actor, input, undefined);
  const planned = await listItems(deps.db, batch.id, { ...FIRST, states: ["pending", "unchanged"] });
  return { ...(await resultsOf(deps, batch)), isDone: batch.state !== "planning", planned };
}

async function runFor(
  deps: FleetDeps,
  actor: Actor,
  { agentId }: ConfigureNumbers,
  apply: ApplyBatch | undefined,
): Promise<Batch> {
  const id = await beginPlan(deps, actor, { intent: { action: "configure" }, selection: { agentId } }, apply);
  await within(deps.clock, WAIT_MS, deps.batchRunners.start({ id, orgId: actor.orgId }));
  return requireBatch(deps.db, actor.orgId, id);
}

const FIRST = { afterPosition: -1, limit: MAX_LISTED };

async function resultsOf({ db }: FleetDeps, batch: Batch) {
  const through = batch.appliedAt ? "done" : "pending";
  const states = ["failed", "skipped", through] as const;
  const troubled = await listItems(db, batch.id, { ...FIRST, states, isTroubled: true });
  const { done, unchanged, failed, skipped } = batch.counts;
  return {
    batch,
    success: batch.appliedAt ? done + unchanged : 0,
    failed: failed + skipped,
    errors: troubled.flatMap(({ phoneNumberId, problem }) =>
      problem ? [{ phoneNumberId, ...problem }] : [],
    ),
  };
}
