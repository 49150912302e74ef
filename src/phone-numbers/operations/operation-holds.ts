// Plans an operation on ground that stays as it is: the Messaging Services that the plan relies on, or changes, are held,
// and looked at again once they are. Writes nothing to Twilio.
import type { TwilioClient } from "../../twilio/client.ts";
import { readServicesAgain } from "../../twilio/webhook-manager.ts";
import type { PhoneNumber } from "../phone-number.ts";
import { refuseChanges } from "./assignment-rules.ts";
import type { Operation } from "./operation.ts";
import type { OperationDeps } from "./operation-deps.ts";
import { advance } from "./operation-log.ts";
import { type Plan, planIntent, planObserved } from "./operation-plan.ts";
import { serviceInProgress } from "./operation-problems.ts";
import { holdsFor, isHeld, type ServiceHold } from "./service-hold.ts";
import { findConflictingHold, lockServiceHolds } from "./service-hold-store.ts";

export interface HeldPlan {
  readonly operation: Operation;
  readonly plan: Plan;
}

/**
 * The plan of an open operation. A number without a Messaging Service costs no more than the plan itself.
 *
 * @throws AppError what `refuseChanges` refuses; `operation_in_progress` when another operation is in the way; TwilioError
 */
export async function planAndHold(
  deps: OperationDeps,
  client: TwilioClient,
  operation: Operation,
  number: PhoneNumber,
): Promise<HeldPlan> {
  const plan = await planIntent(deps, client, number, operation.intent);
  return holdFor(deps, client, number, { operation, plan });
}

/** Ends because every round holds more than the one before, and a service is held one way or the other. */
async function holdFor(
  deps: OperationDeps,
  client: TwilioClient,
  number: PhoneNumber,
  { operation, plan }: HeldPlan,
): Promise<HeldPlan> {
  const { intent, holds } = operation;
  const refusal = refuseChanges({ number, ...plan });
  if (refusal) throw refusal;
  const needed = holdsFor(plan, holds);
  if (isHeld(needed, holds)) return { operation, plan };
  const holding = await holdServices(deps, operation, number, needed);
  // Whoever held a service before may have changed it since it was read, or come to rely on it.
  const observed = await readServicesAgain(client, plan.observed);
  const again = await planObserved(deps, number, intent, observed);
  return holdFor(deps, client, number, { operation: holding, plan: again });
}

/** @throws AppError `operation_in_progress`, `operation_lost` */
function holdServices(
  deps: OperationDeps,
  operation: Operation,
  number: PhoneNumber,
  holds: readonly ServiceHold[],
): Promise<Operation> {
  return deps.db.transaction().execute(async (tx) => {
    // In the order of their SIDs, so that two operations cannot wait for each other.
    for (const hold of holds) {
      await lockServiceHolds(tx, hold.sid);
      const other = await findConflictingHold(tx, operation.id, hold);
      if (other) throw serviceInProgress(operation, number, hold.sid, other);
    }
    return advance({ ...deps, db: tx }, operation, { holds });
  });
}
