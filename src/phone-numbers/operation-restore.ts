// The way back: Twilio to the snapshot, field for field. Used when a step fails, and by recovery after a crash.
import { addMs } from "../base/clock.ts";
import type { TwilioClient } from "../twilio/client.ts";
import { resourcesOf } from "../twilio/observed.ts";
import { type Change, isInPlace, planRestoration, type ResourceConfig } from "../twilio/webhook-config.ts";
import { readWebhooks, writeWebhooks } from "../twilio/webhook-manager.ts";
import type { Operation } from "./operation.ts";
import type { OperationDeps } from "./operation-deps.ts";
import { advance, closeOperation } from "./operation-log.ts";
import { unknownOutcome } from "./operation-problems.ts";
import type { PhoneNumber } from "./phone-number.ts";

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
    const observed = await readChanged(client, operation, number);
    const { changes, lost } = planRestoration(operation.changes ?? [], observed);
    await writeWebhooks(client, changes, async () => void (await advance(deps, operation, {})));
    await deps.onStep("restored", operation);
    return await settle(deps, operation, number, lost);
  } catch (error) {
    throw unknownOutcome(operation, error);
  }
}

async function settle(
  deps: OperationDeps,
  operation: Operation,
  number: PhoneNumber,
  lost: readonly Change[],
): Promise<Operation> {
  const error = operation.error ?? {
    code: "operation_interrupted",
    detail: "The process that ran it ended.",
  };
  if (lost.length > 0) return closeOperation(deps, operation, number, "needs_attention", { ...error, lost });
  const landsUntil = operation.lastWriteAt && addMs(operation.lastWriteAt, deps.lateWriteWindowMs);
  if (landsUntil && landsUntil > deps.clock.now()) {
    return advance(deps, operation, { phase: "settling", leaseUntil: landsUntil });
  }
  return closeOperation(deps, operation, number, "rolled_back", error);
}

/** Whether every change of the operation is in Twilio. @throws TwilioError */
export async function isWritten(
  client: TwilioClient,
  operation: Operation,
  number: PhoneNumber,
): Promise<boolean> {
  return isInPlace(operation.changes ?? [], await readChanged(client, operation, number));
}

async function readChanged(
  client: TwilioClient,
  operation: Operation,
  number: PhoneNumber,
): Promise<readonly ResourceConfig[]> {
  const kinds = new Set((operation.changes ?? []).map(({ resource }) => resource));
  const whatsapp = kinds.has("sender") || kinds.has("service");
  return resourcesOf(await readWebhooks(client, number, { sms: kinds.has("service"), whatsapp }));
}
