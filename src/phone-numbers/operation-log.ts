// The write-ahead log of changes: opens, moves on and ends operations, each in one transaction with what it decides.
// Speaks to the database only; what happens in Twilio between two entries is operation-runner.ts.
import { appendAudit } from "../audit/audit-service.ts";
import type { Actor } from "../auth/actor.ts";
import { addMs, type Clock } from "../base/clock.ts";
import { AppError } from "../base/errors.ts";
import { newId } from "../base/ids.ts";
import type { Json } from "../base/json.ts";
import type { Logger } from "../base/log.ts";
import type { Metrics } from "../base/metrics.ts";
import type { Db } from "../db/connect.ts";
import { isForeignKeyViolation, isUniqueViolation } from "../db/sql-errors.ts";
import type { ResourceConfig } from "../twilio/webhook-config.ts";
import { clearAttention, raiseAttention } from "./attention-alert.ts";
import { FIELD_CLASSES } from "./field-class.ts";
import { mayHaveDrifted, type NumberWatch } from "./number-watch.ts";
import type { Intent, Operation, OperationError, OperationKind } from "./operation.ts";
import { advanceOperation, insertOperation, type OperationPatch } from "./operation-store.ts";
import type { PhoneNumber } from "./phone-number.ts";
import { lockPhoneNumber, type NumberState, saveHealth, saveNumberState } from "./phone-number-store.ts";

export interface OperationLogDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Names this process in leases. */
  readonly nodeId: string;
  /** How long an operation stays this node's without a sign of life. */
  readonly leaseMs: number;
  readonly watch: NumberWatch;
}

export interface OpenOperation {
  readonly kind: OperationKind;
  readonly phoneNumberId: string;
  /** Decides on the locked number, so that nothing can change between the decision and the operation. */
  readonly decide: (number: PhoneNumber, tx: Db) => Promise<Intent>;
  /** In the transaction that writes the operation down; what it throws leaves nothing opened. */
  readonly onOpened?: ((operation: Operation, tx: Db) => Promise<void>) | undefined;
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
  open: OpenOperation,
): Promise<Opened> {
  const now = deps.clock.now();
  const opening = deps.db.transaction().execute(async (tx) => {
    const number = await lockPhoneNumber(tx, actor.orgId, open.phoneNumberId);
    if (!number) throw new AppError("phone_number_not_found");
    if (number.openOperationId !== undefined) throw operationInProgress(number.openOperationId);
    const operation = newOperation(
      actor,
      open.kind,
      number,
      await open.decide(number, tx),
      now,
      deps.leaseMs,
    );
    await insertOperation(tx, operation, deps.nodeId);
    await open.onOpened?.(operation, tx);
    return { operation, number };
  });
  return opening.catch((error: unknown) => {
    throw isUniqueViolation(error) ? operationInProgress(undefined, error) : error;
  });
}

function newOperation(
  actor: Actor,
  kind: OperationKind,
  number: PhoneNumber,
  intent: Intent,
  now: Date,
  leaseMs: number,
): Operation {
  const { assignment } = number;
  return {
    id: newId("op"),
    orgId: actor.orgId,
    phoneNumberUid: number.uid,
    kind,
    state: "open",
    phase: "started",
    phases: [{ phase: "started", at: now }],
    intent,
    previous: assignment ? { agentId: assignment.agentId, channels: assignment.channels } : null,
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

function operationInProgress(operationId: string | undefined, cause?: unknown): AppError {
  return new AppError("operation_in_progress", {
    detail: "Nothing was changed. Try again when it has ended.",
    extensions: operationId === undefined ? {} : { operationId },
    retryAfterSeconds: 2,
    cause,
  });
}

/** Moves an open operation on and renews its lease. @throws AppError `operation_lost` when recovery has taken it over */
export async function advance(
  deps: OperationLogDeps,
  operation: Operation,
  patch: OperationPatch,
): Promise<Operation> {
  const now = deps.clock.now();
  const renewed = { leaseUntil: addMs(now, deps.leaseMs), ...patch };
  await advanceOrLose(deps.db, deps, operation, renewed, now);
  const { lastWriteAt = operation.lastWriteAt, ...rest } = renewed;
  return { ...operation, ...rest, lastWriteAt: lastWriteAt ?? undefined };
}

async function advanceOrLose(
  db: Db,
  { nodeId }: OperationLogDeps,
  operation: Operation,
  patch: OperationPatch,
  now: Date,
): Promise<void> {
  if (!(await advanceOperation(db, operation, nodeId, patch, now))) throw operationLost(operation);
}

/**
 * The last look before a request leaves: a process that stood still since its last entry may have lost the operation
 * without knowing, and would write behind recovery's back.
 *
 * @throws AppError `operation_lost`
 */
export function requireLease({ clock }: Pick<OperationLogDeps, "clock">, operation: Operation): void {
  if (clock.now() >= operation.leaseUntil) throw operationLost(operation);
}

function operationLost({ id }: Operation): AppError {
  return new AppError("operation_lost", {
    detail: "It took longer than its lease, so recovery finishes it. Look at the operation for the outcome.",
    extensions: { operationId: id },
  });
}

/**
 * Twilio holds what was intended: assignment, observed state, audit entry and the operation's end, all at once.
 *
 * @throws AppError `agent_not_found` when the agent was deleted meanwhile, `operation_lost`
 */
export async function commitOperation(
  deps: OperationLogDeps,
  operation: Operation,
  number: PhoneNumber,
  state: NumberState,
): Promise<Operation> {
  const now = deps.clock.now();
  const end = { state: "committed", phase: "finished", finishedAt: now } as const;
  const committing = deps.db.transaction().execute(async (tx) => {
    await advanceOrLose(tx, deps, operation, end, now);
    const holder = { orgId: operation.orgId, uid: number.uid };
    if (!(await saveNumberState(tx, holder, state, now))) throw new AppError("phone_number_not_found");
    await clearAttention({ db: tx, clock: deps.clock }, number);
    await tellWatch(tx, deps, operation, number, state);
    await appendAudit(tx, deps.clock, actorOf(operation), {
      ...auditFacts(operation, number),
      outcome: "committed",
    });
  });
  await committing.catch((error: unknown) => {
    if (!isForeignKeyViolation(error)) throw error;
    throw new AppError("agent_not_found", { detail: "The agent was deleted meanwhile.", cause: error });
  });
  return ended(deps, { ...operation, ...end });
}

/** What was wrong with the number before is over where nothing differs any more. */
async function tellWatch(
  tx: Db,
  { watch }: OperationLogDeps,
  operation: Operation,
  number: PhoneNumber,
  state: NumberState,
): Promise<void> {
  if (!mayHaveDrifted(number.health)) return;
  const all = state.health === "drifted" ? [] : FIELD_CLASSES;
  await watch.changed(tx, number, operation, operation.intent.heals?.classes ?? all);
}

/** Ends an operation that changed nothing, or whose changes were taken back as far as possible. */
export async function closeOperation(
  deps: OperationLogDeps,
  operation: Operation,
  number: PhoneNumber,
  outcome: "refused" | "rolled_back" | "needs_attention",
  error: OperationError,
): Promise<Operation> {
  const now = deps.clock.now();
  const end = { state: outcome, phase: "finished", finishedAt: now, error } as const;
  await deps.db.transaction().execute(async (tx) => {
    await advanceOrLose(tx, deps, operation, end, now);
    if (outcome === "needs_attention") {
      await saveHealth(tx, number.uid, "needs_attention");
      await raiseAttention({ db: tx, clock: deps.clock }, operation, error);
    }
    await appendAudit(tx, deps.clock, actorOf(operation), {
      ...auditFacts(operation, number, error),
      outcome,
    });
  });
  return ended(deps, { ...operation, ...end });
}

function ended(deps: OperationLogDeps, operation: Operation): Operation {
  const { kind, state, id, orgId, error, createdAt } = operation;
  deps.metrics.operations.inc({ kind, outcome: state });
  const durationMs = deps.clock.now().getTime() - createdAt.getTime();
  const level = state === "needs_attention" ? "error" : "info";
  deps.log[level]({ operationId: id, orgId, kind, code: error?.code, durationMs }, `operation.${state}`);
  return operation;
}

function actorOf({ orgId, actor, requestId }: Operation): Actor {
  return { orgId, ...actor, requestId };
}

function auditFacts(operation: Operation, number: PhoneNumber, error?: OperationError) {
  const { kind, intent, previous, changes = [], withheld = [], snapshot = [] } = operation;
  const after = {
    agentId: intent.agentId ?? null,
    channels: { ...intent.channels },
    takeover: intent.takeover,
  };
  return {
    action: `phone_number.${kind}`,
    target: { type: "phone_number", id: number.id },
    before: {
      assignment: previous && { agentId: previous.agentId, channels: { ...previous.channels } },
      twilio: asJson(snapshot),
    },
    after: {
      operationId: operation.id,
      assignment: after,
      changes: changes.map((change) => ({ ...change })),
      ...(intent.undoes === undefined ? {} : { undoes: intent.undoes }),
      ...(withheld.length > 0 ? { withheld: withheld.map((change) => ({ ...change })) } : {}),
      ...(error ? { error: { code: error.code, detail: error.detail } } : {}),
    },
  };
}

function asJson(configs: readonly ResourceConfig[]): Json {
  return configs.map(({ resource, sid, fields }) => ({ resource, sid, fields }));
}
