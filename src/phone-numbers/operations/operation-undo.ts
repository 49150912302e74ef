// Taking back a change that was committed: Twilio to what that operation found, field for field, and the assignment to the
// one before. Only where nobody has changed anything since: somebody may have built on it.
import { AppError } from "../../base/errors.ts";
import type { Db } from "../../db/connect.ts";
import { type Change, planRestoration, type ResourceConfig } from "../../twilio/webhook-config.ts";
import type { PhoneNumber } from "../phone-number.ts";
import type { Intent } from "./operation.ts";
import { findLastChange, findOperation } from "./operation-store.ts";

/** @throws AppError `moved_on` when the operation is not the number's last change, or the number is not as it left it */
export async function intentToUndo(db: Db, number: PhoneNumber, operationId: string): Promise<Intent> {
  if (number.status === "released") throw movedOn("The number is no longer in the Twilio account.");
  const last = await findLastChange(db, number.uid);
  if (last?.id !== operationId) throw movedOn("Another change has followed.");
  const { previous } = last;
  return {
    agentId: previous?.agentId,
    channels: previous?.channels ?? { sms: false, whatsapp: false },
    takeover: false,
    restore: false,
    undoes: operationId,
  };
}

/**
 * What has to be written to take an operation back.
 *
 * @throws AppError `moved_on` when somebody has changed one of its fields since
 */
export async function planUndo(
  db: Db,
  number: PhoneNumber,
  operationId: string,
  observed: readonly ResourceConfig[],
): Promise<readonly Change[]> {
  const undone = await findOperation(db, number.orgId, operationId);
  if (!undone) throw new AppError("operation_not_found");
  const { changes = [] } = undone;
  const left = changes.find(({ sid }) => !observed.some((config) => config.sid === sid));
  if (left) throw movedOn(`${left.sid} has nothing to do with the number any more.`);
  const { changes: back, lost } = planRestoration(changes, observed);
  const fields = lost.map(({ sid, field }) => `${field} of ${sid}`);
  if (fields.length > 0) throw movedOn(`In Twilio, somebody has changed ${fields.join(", ")}.`);
  return back;
}

/** Why a number is left as it is. */
export function movedOn(reason: string): AppError {
  return new AppError("moved_on", { detail: `${reason} It was left as it is.` });
}
