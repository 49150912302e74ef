// Who holds a number: the operator of a Twilio account lends its numbers to other organizations and takes them back.
// Only an unassigned number changes hands, so nothing changes in Twilio.
import { clearAlertsOfNumber } from "../../alerts/alert-service.ts";
import { appendAudit } from "../../audit/audit-service.ts";
import { type Actor, requireRole } from "../../auth/actor.ts";
import type { Clock } from "../../base/clock.ts";
import { AppError } from "../../base/errors.ts";
import type { Db } from "../../db/connect.ts";
import { isUniqueViolation } from "../../db/sql-errors.ts";
import type { PhoneNumber } from "../phone-number.ts";
import { lockOperatedPhoneNumber, saveHolder } from "../phone-number-store.ts";

export interface AllocationDeps {
  readonly db: Db;
  readonly clock: Clock;
  /** Whether there is an organization of this id; under a host's own authentication only the host knows. */
  readonly organizationExists: (id: string) => Promise<boolean>;
}

export interface AllocateNumber {
  readonly phoneNumberId: string;
  readonly organizationId: string;
}

/**
 * Gives a number to an organization, which may then assign it to its own agents.
 *
 * @throws AppError `forbidden`, `phone_number_not_found`, `organization_not_found`, `number_allocated` when another
 * organization holds it, `number_assigned`, `operation_in_progress`, `id_taken` when the organization has a number of that id
 */
export async function allocateNumber(
  deps: AllocationDeps,
  actor: Actor,
  input: AllocateNumber,
): Promise<PhoneNumber> {
  requireRole(actor, "admin");
  if (!(await deps.organizationExists(input.organizationId))) throw new AppError("organization_not_found");
  return changeHolder(deps, actor, input.phoneNumberId, (number) => {
    if (number.orgId !== actor.orgId && number.orgId !== input.organizationId) {
      throw new AppError("number_allocated", { detail: "Take it back from its holder first." });
    }
    return input.organizationId;
  });
}

/**
 * Takes an allocated number back.
 *
 * @throws AppError `forbidden`, `phone_number_not_found`, `number_assigned` while its holder's agent answers it, `operation_in_progress`
 */
export async function takeBackNumber(
  deps: AllocationDeps,
  actor: Actor,
  phoneNumberId: string,
): Promise<PhoneNumber> {
  requireRole(actor, "admin");
  return changeHolder(deps, actor, phoneNumberId, () => actor.orgId);
}

async function changeHolder(
  deps: AllocationDeps,
  actor: Actor,
  phoneNumberId: string,
  decide: (number: PhoneNumber) => string,
): Promise<PhoneNumber> {
  const changing = deps.db.transaction().execute(async (tx) => {
    const number = await lockOperatedPhoneNumber(tx, actor.orgId, phoneNumberId);
    if (!number) throw new AppError("phone_number_not_found");
    const orgId = decide(number);
    if (orgId === number.orgId) return number;
    if (number.openOperationId !== undefined) {
      throw new AppError("operation_in_progress", {
        detail: "Its holder is changing it at this moment; try again when that has ended.",
        retryAfterSeconds: 2,
      });
    }
    if (number.assignment) {
      throw new AppError("number_assigned", {
        detail: "Its holder has to unassign it first; nothing was changed.",
      });
    }
    await saveHolder(tx, number.uid, orgId, deps.clock.now());
    await clearAlertsOfNumber({ ...deps, db: tx }, { orgId: number.orgId, phoneNumberUid: number.uid });
    // Always in the same order, so that two changes in opposite directions cannot wait for each other's chain.
    for (const party of [number.orgId, orgId].toSorted()) {
      await appendAudit(tx, deps.clock, { ...actor, orgId: party }, allocationEvent(number, orgId));
    }
    return { ...number, orgId };
  });
  return changing.catch((error: unknown) => {
    if (!isUniqueViolation(error)) throw error;
    throw new AppError("id_taken", {
      detail: "The organization has a number with this id already.",
      cause: error,
    });
  });
}

/** Both organizations record the change, each in its own chain. */
function allocationEvent(number: PhoneNumber, orgId: string) {
  return {
    action: orgId === number.operatorOrgId ? "phone_number.take_back" : "phone_number.allocate",
    target: { type: "phone_number", id: number.id },
    before: { organizationId: number.orgId },
    after: { organizationId: orgId },
    outcome: "committed",
  } as const;
}
