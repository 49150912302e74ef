// The alert of a number that a change left in between: it is open for as long as the number's health says so.
import { type AlertDeps, clearAlert, raiseAlert } from "../../alerts/alert-service.ts";
import type { PhoneNumber } from "../phone-number.ts";
import type { Operation, OperationError } from "./operation.ts";

type Alerted = Pick<PhoneNumber, "uid" | "orgId" | "health">;

/** In the transaction that ends the operation. */
export async function raiseAttention(
  deps: AlertDeps,
  operation: Operation,
  error: OperationError,
): Promise<void> {
  const { id, kind, orgId, phoneNumberUid } = operation;
  await raiseAlert(deps, {
    orgId,
    phoneNumberUid,
    kind: "needs_attention",
    key: keyOf(phoneNumberUid),
    severity: "error",
    title: "A change of the number could neither be finished nor taken back whole",
    detail:
      `${error.detail} Look at the operation for what is lost, put it right in Twilio or with another change of the ` +
      "number, and verify the number.",
    facts: { operationId: id, operationKind: kind, code: error.code, lostFields: error.lost?.length ?? 0 },
  });
}

/** @param before the number as it was, before its health became another */
export async function clearAttention(deps: AlertDeps, before: Alerted): Promise<void> {
  if (before.health !== "needs_attention") return;
  await clearAlert(deps, { orgId: before.orgId, key: keyOf(before.uid) });
}

function keyOf(uid: string): string {
  return `needs_attention:${uid}`;
}
