// The way back: Twilio to the snapshot, field for field. Used when a step fails, and by recovery after a crash.
import { addMs } from "../../base/clock.ts";
import type { TwilioClient } from "../../twilio/client.ts";
import { areInPlace, type Change, planRestoration } from "../../twilio/webhook-config.ts";
import { readChanged, writeWebhooks } from "../../twilio/webhook-manager.ts";
import type { PhoneNumber } from "../phone-number.ts";
import type { Operation, OperationError } from "./operation.ts";
import type { OperationDeps } from "./operation-deps.ts";
import { advance, closeOperation, requireLease } from "./operation-log.ts";
import { unknownOutcome } from "./operation-problems.ts";

/**
 * Puts Twilio back to the snapshot, field for field; fields that somebody else has changed meanwhile are left alone and
 * named. Leaves the operation open when a write may still land late, or when Twilio does not answer.
 *
 * @throws AppError `outcome_unknown` when Twilio could not be put back now; recovery goes on trying
 */
export async function restore(
  deps: OperationDeps,
  operation: Operation,
  number: PhoneNumber,
  client: TwilioClient,
): Promise<Operation> {
  await deps.onStep("restoring", operation);
  try {
    const { changes = [] } = operation;
    const restoration = planRestoration(changes, await readChanged(client, changes));
    await writeBack(deps, operation, client, restoration.changes);
    await deps.onStep("restored", operation);
    return await settle(deps, operation, number, [
      ...restoration.lost,
      ...overwrittenLate(operation, restoration.changes),
    ]);
  } catch (error) {
    throw unknownOutcome(operation, error);
  }
}

/** A write that goes back is logged like one that goes forward: without an answer, it may land after the next operation. */
function writeBack(
  deps: OperationDeps,
  operation: Operation,
  client: TwilioClient,
  changes: readonly Change[],
): Promise<void> {
  return writeWebhooks(client, changes, async () => {
    const logged = await advance(deps, operation, { lastWriteAt: deps.clock.now() });
    await deps.onStep("writing", operation);
    requireLease(deps, logged);
  });
}

/** What was somebody else's when it was looked at before, and ours now: a late write of ours went over it. */
function overwrittenLate({ error }: Operation, restored: readonly Change[]): readonly Change[] {
  return (error?.lost ?? []).filter(({ sid, field }) =>
    restored.some((change) => change.sid === sid && change.field === field),
  );
}

async function settle(
  deps: OperationDeps,
  operation: Operation,
  number: PhoneNumber,
  lost: readonly Change[],
): Promise<Operation> {
  const error = { ...(operation.error ?? INTERRUPTED), lost: lost.length > 0 ? lost : undefined };
  // The writes of this restoration were all answered; only one from before it may still land.
  const { lastWriteAt } = operation;
  const landsUntil = lastWriteAt && addMs(lastWriteAt, deps.lateWriteWindowMs);
  if (landsUntil && landsUntil > deps.clock.now()) {
    return advance(deps, operation, { phase: "settling", error, lastWriteAt, leaseUntil: landsUntil });
  }
  const outcome = lost.length > 0 ? "needs_attention" : "rolled_back";
  return closeOperation(deps, operation, number, outcome, error);
}

const INTERRUPTED: OperationError = {
  code: "operation_interrupted",
  detail: "The process that ran it ended.",
};

/** Whether every change of the operation is in Twilio. @throws TwilioError */
export async function isWritten(client: TwilioClient, { changes = [] }: Operation): Promise<boolean> {
  return areInPlace(changes, await readChanged(client, changes));
}
