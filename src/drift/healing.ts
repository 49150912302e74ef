// Writes again what is wanted of a class of a number's fields: as one operation, like a single change. What that refuses to
// take, such as a number that another deployment serves, is not taken here either.
import { inBatch } from "../accounts/twilio-clients.ts";
import { systemActor } from "../auth/actor.ts";
import { AppError } from "../base/errors.ts";
import { intentToConfigure, requireReachable } from "../phone-numbers/assignment/phone-number-service.ts";
import { openOperation } from "../phone-numbers/operations/operation-opening.ts";
import { runOperation } from "../phone-numbers/operations/operation-runner.ts";
import type { PhoneNumber } from "../phone-numbers/phone-number.ts";
import type { Drift } from "./drift.ts";
import type { DriftDeps } from "./drift-deps.ts";

/**
 * - `healed`: what is wanted was written, and the drift has ended
 * - `gone`: it was there already, and the drift has ended
 * - `busy`: somebody is changing the number, or its Messaging Service
 * - otherwise why it was not healed
 */
export type Healed = "healed" | "gone" | "busy" | AppError;

/** @param leavesDrift whether something else of the number is known to differ, and stays as it is */
export async function heal(
  deps: DriftDeps,
  number: PhoneNumber,
  { fieldClass }: Drift,
  leavesDrift: boolean,
): Promise<Healed> {
  const background = inBatch(deps);
  try {
    requireReachable(deps);
    const opened = await openOperation(background, systemActor(number.orgId, "drift"), {
      kind: "heal",
      phoneNumberId: number.id,
      decide: (locked) => {
        // An id that was given to another number since is not the number that was compared.
        if (locked.uid !== number.uid) throw new AppError("phone_number_not_found");
        return { ...intentToConfigure(locked), scope: { classes: [fieldClass], leavesDrift } };
      },
    });
    const { changes = [] } = await runOperation(background, opened.operation, opened.number);
    return changes.length > 0 ? "healed" : "gone";
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return error.code === "operation_in_progress" ? "busy" : error;
  }
}
