// Where an operation begins: with the number locked, and nobody else changing it. Speaks to the database only.
import type { Actor } from "../../auth/actor.ts";
import { addMs } from "../../base/clock.ts";
import { AppError } from "../../base/errors.ts";
import { newId } from "../../base/ids.ts";
import type { Db } from "../../db/connect.ts";
import { isUniqueViolation } from "../../db/sql-errors.ts";
import type { PhoneNumber } from "../phone-number.ts";
import { lockPhoneNumbers } from "../phone-number-store.ts";
import type { Intent, Operation, OperationKind } from "./operation.ts";
import type { OperationLogDeps } from "./operation-log.ts";
import { insertOperations } from "./operation-store.ts";

export interface OpenOperation {
  readonly kind: OperationKind;
  readonly phoneNumberId: string;
  /** Decides on the locked number, so that nothing can change between the decision and the operation. */
  readonly decide: (number: PhoneNumber) => Intent;
}

export interface OpenOperations {
  readonly kind: OperationKind;
  readonly phoneNumberIds: readonly string[];
  /** Decides on the locked numbers, which come in the order of the ids. */
  readonly decide: (numbers: readonly PhoneNumber[], tx: Db) => Promise<readonly Decided[]>;
  /** In the transaction that writes the operations down; what it throws leaves nothing opened. */
  readonly onOpened: (operations: readonly Operation[], tx: Db) => Promise<void>;
}

export interface Decided {
  readonly number: PhoneNumber;
  readonly intent: Intent;
}

export interface Opened {
  readonly operation: Operation;
  readonly number: PhoneNumber;
}

/**
 * Writes the intent down before anything happens.
 *
 * @throws AppError `phone_number_not_found`, `operation_in_progress`, and what `decide` throws
 */
export async function openOperation(
  deps: OperationLogDeps,
  actor: Actor,
  { kind, phoneNumberId, decide }: OpenOperation,
): Promise<Opened> {
  const [opened] = await openOperations(deps, actor, {
    kind,
    phoneNumberIds: [phoneNumberId],
    decide: async (numbers) => numbers.map((number) => ({ number, intent: decide(number) })),
    onOpened: async () => {},
  });
  if (!opened) throw new AppError("phone_number_not_found");
  return opened;
}

/** The same for several numbers: all are opened or, when one cannot be, none. */
export async function openOperations(
  deps: OperationLogDeps,
  actor: Actor,
  open: OpenOperations,
): Promise<readonly Opened[]> {
  const opening = deps.db.transaction().execute(async (tx) => {
    const numbers = await lockFreeNumbers(tx, actor.orgId, open.phoneNumberIds);
    const opened = (await open.decide(numbers, tx)).map((decided) => ({
      number: decided.number,
      operation: newOperation(deps, actor, open.kind, decided),
    }));
    const operations = opened.map(({ operation }) => operation);
    await insertOperations(tx, operations, deps.nodeId);
    await open.onOpened(operations, tx);
    return opened;
  });
  return opening.catch((error: unknown) => {
    throw isUniqueViolation(error) ? operationInProgress(undefined, error) : error;
  });
}

/** @throws AppError `phone_number_not_found`, `operation_in_progress` */
async function lockFreeNumbers(
  tx: Db,
  orgId: string,
  ids: readonly string[],
): Promise<readonly PhoneNumber[]> {
  const locked = await lockPhoneNumbers(tx, orgId, ids);
  return ids.map((id) => {
    const number = locked.find((candidate) => candidate.id === id);
    if (!number) throw new AppError("phone_number_not_found");
    if (number.openOperationId !== undefined) throw operationInProgress(number.openOperationId);
    return number;
  });
}

function newOperation(
  { clock, leaseMs }: OperationLogDeps,
  actor: Actor,
  kind: OperationKind,
  { number, intent }: Decided,
): Operation {
  const now = clock.now();
  return {
    id: newId("op"),
    orgId: actor.orgId,
    phoneNumberUid: number.uid,
    kind,
    state: "open",
    phase: "started",
    phases: [{ phase: "started", at: now }],
    intent,
    previous: previousOf(number),
    snapshot: undefined,
    desired: undefined,
    changes: undefined,
    withheld: undefined,
    holds: undefined,
    error: undefined,
    actor: { userId: actor.userId, role: actor.role },
    requestId: actor.requestId ?? "",
    leaseUntil: addMs(now, leaseMs),
    lastWriteAt: undefined,
    attempts: 0,
    createdAt: now,
    finishedAt: undefined,
  };
}

function previousOf({ assignment, desired, original }: PhoneNumber): Operation["previous"] {
  if (!assignment) return null;
  const { agentId, channels } = assignment;
  return { agentId, channels, desired, original };
}

function operationInProgress(operationId: string | undefined, cause?: unknown): AppError {
  return new AppError("operation_in_progress", {
    detail: "Nothing was changed. Try again when it has ended.",
    extensions: operationId === undefined ? {} : { operationId },
    retryAfterSeconds: 2,
    cause,
  });
}
