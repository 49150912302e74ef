// Finishes what a process left open: forward when Twilio already holds the whole change, else back. Never half. Runs at
// start and on a schedule, on any node; a lease keeps two nodes from the same operation.
import pMap from "p-map";
import { systemActor } from "../../auth/actor.ts";
import { addMs } from "../../base/clock.ts";
import { AppError, shownMessage } from "../../base/errors.ts";
import type { TwilioClient } from "../../twilio/client.ts";
import { problemFromTwilio } from "../../twilio/twilio-error.ts";
import type { PhoneNumber } from "../phone-number.ts";
import { findPhoneNumberByUid } from "../phone-number-store.ts";
import type { Operation } from "./operation.ts";
import type { OperationDeps } from "./operation-deps.ts";
import { advance, closeOperation } from "./operation-log.ts";
import { clientForNumber } from "./operation-plan.ts";
import { restore } from "./operation-restore.ts";
import { commitIfWritten } from "./operation-runner.ts";
import { claimAbandonedOperation } from "./operation-store.ts";

const MAX_OPERATIONS_PER_RUN = 1_000;
const OPERATIONS_AT_ONCE = 20;
const FIRST_RETRY_MS = 5_000;
const MAX_RETRY_MS = 600_000;
/** With the delays above, a good two hours; then a person has to look. */
const MAX_ATTEMPTS = 20;

/**
 * Recovers abandoned operations, several at once: where Twilio does not answer, each takes as long as one may wait for it.
 *
 * @param signal once it aborts, no further one is begun
 * @returns how many ended
 */
export async function recoverOperations(deps: OperationDeps, signal?: AbortSignal): Promise<number> {
  const recover = (operation: Operation) => recoverOperation(deps, operation);
  // Whatever becomes of one, nothing that was begun goes on behind the caller's back.
  const options = { concurrency: OPERATIONS_AT_ONCE, stopOnError: false };
  const haveEnded = await pMap(abandonedOperations(deps, signal), recover, options);
  return haveEnded.filter(Boolean).length;
}

async function* abandonedOperations(
  { db, clock, nodeId, leaseMs }: OperationDeps,
  signal: AbortSignal | undefined,
): AsyncGenerator<Operation, void, void> {
  for (let taken = 0; taken < MAX_OPERATIONS_PER_RUN; taken++) {
    if (signal?.aborted) return;
    const now = clock.now();
    const operation = await claimAbandonedOperation(db, {
      leaseOwner: nodeId,
      leaseUntil: addMs(now, leaseMs),
      now,
    });
    if (!operation) return;
    // Who began it stands in the operation; who ends it, in the audit log.
    yield { ...operation, actor: systemActor(operation.orgId, "recovery") };
  }
}

async function recoverOperation(deps: OperationDeps, operation: Operation): Promise<boolean> {
  const number = await findPhoneNumberByUid(deps.db, operation.phoneNumberUid);
  if (!number) return false;
  try {
    const after = await recoverPhase(deps, operation, number);
    return after.state !== "open";
  } catch (error) {
    return postpone(deps, operation, number, error).catch(isLost);
  }
}

async function recoverPhase(
  deps: OperationDeps,
  operation: Operation,
  number: PhoneNumber,
): Promise<Operation> {
  if (operation.phase === "started") {
    return closeOperation(deps, operation, number, "rolled_back", {
      code: "operation_interrupted",
      detail: "The process that ran it ended before anything was written.",
    });
  }
  const client = await clientForNumber(deps, number);
  return operation.phase === "writing"
    ? finishWriting(deps, operation, number, client)
    : restore(deps, operation, number, client);
}

async function finishWriting(
  deps: OperationDeps,
  operation: Operation,
  number: PhoneNumber,
  client: TwilioClient,
): Promise<Operation> {
  const committed = await commitIfWritten(deps, operation, number, client);
  if (committed) return committed;
  return restore(deps, await advance(deps, operation, { phase: "restoring" }), number, client);
}

/** Somebody else has taken it over meanwhile and ends it; the other operations are still to be recovered. */
function isLost(error: unknown): false {
  if (error instanceof AppError && error.code === "operation_lost") return false;
  throw error;
}

/** Twilio or the database did not cooperate: later again, and one day a person. */
async function postpone(
  deps: OperationDeps,
  operation: Operation,
  number: PhoneNumber,
  error: unknown,
): Promise<boolean> {
  const { id, attempts } = operation;
  deps.log.warn({ operationId: id, attempts, err: error }, "operation.recovery_failed");
  if (attempts >= MAX_ATTEMPTS) {
    const detail = `Recovery gave up after ${attempts} attempts. Last: ${shownMessage(problemFromTwilio(error))}`;
    await closeOperation(deps, operation, number, "needs_attention", { code: "outcome_unknown", detail });
    return true;
  }
  const delayMs = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** attempts);
  await advance(deps, operation, { leaseUntil: addMs(deps.clock.now(), delayMs) });
  return false;
}
