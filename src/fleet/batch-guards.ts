// What has to hold before a batch is planned, applied or taken back.
import { findAccount } from "../accounts/account-store.ts";
import { requireAgent } from "../agents/agent-service.ts";
import { type Actor, requireRole } from "../auth/actor.ts";
import { AppError } from "../base/errors.ts";
import type { Db } from "../db/connect.ts";
import { requireReachable } from "../phone-numbers/assignment/phone-number-service.ts";
import { findHeldIds } from "../phone-numbers/phone-number-store.ts";
import type { Batch, BatchIntent, Selection } from "./batch.ts";
import { findBatch } from "./batch-store.ts";
import type { FleetDeps } from "./fleet-deps.ts";

const MAX_NAMED = 5;

/** What is taken over is somebody else's, and so is what is given back then. @throws AppError `forbidden` */
export function requirePermission(actor: Actor, intent: BatchIntent): void {
  if ("takeover" in intent && intent.takeover) requireRole(actor, "admin");
}

/** @throws AppError `public_url_unreachable` */
export function requireFeasible(deps: FleetDeps, { action }: BatchIntent): void {
  if (action === "assign" || action === "configure") requireReachable(deps);
}

/**
 * What somebody else has is told apart from what does not exist by nothing.
 *
 * @throws AppError `agent_not_found`, `account_not_found`, `phone_number_not_found`
 */
export async function requireSelectable(
  db: Db,
  orgId: string,
  { agentId, accountId, phoneNumberIds }: Selection,
): Promise<void> {
  if (agentId !== undefined) await requireAgent(db, orgId, agentId);
  if (accountId !== undefined && !(await findAccount(db, orgId, accountId))) {
    throw new AppError("account_not_found");
  }
  if (phoneNumberIds) await requireHeld(db, orgId, phoneNumberIds);
}

async function requireHeld(db: Db, orgId: string, ids: readonly string[]): Promise<void> {
  const held = await findHeldIds(db, orgId, ids);
  const missing = ids.filter((id) => !held.has(id));
  if (missing.length === 0) return;
  const named = missing.slice(0, MAX_NAMED).join(", ");
  const more = missing.length > MAX_NAMED ? ", …" : "";
  throw new AppError("phone_number_not_found", {
    detail:
      `Of ${ids.length} ids, ${missing.length} are not known: ${named}${more}. Nothing was planned. GET /api/phone-numbers ` +
      "lists those of this organization; others are not found.",
    extensions: { phoneNumberIds: missing },
  });
}

/** @throws AppError `batch_not_found` */
export async function requireBatch(db: Db, orgId: string, id: string): Promise<Batch> {
  const batch = await findBatch(db, orgId, id);
  if (!batch) throw new AppError("batch_not_found");
  return batch;
}
