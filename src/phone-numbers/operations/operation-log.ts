// The write-ahead log of changes: moves operations on and ends them, in one transaction with what each decides.
// Speaks to the database only; what happens in Twilio between two entries is operation-runner.ts.
import { appendAudit, appendAudits } from "../../audit/audit-service.ts";
import type { Actor } from "../../auth/actor.ts";
import { addMs, type Clock } from "../../base/clock.ts";
import { AppError } from "../../base/errors.ts";
import type { Json } from "../../base/json.ts";
import type { Logger } from "../../base/log.ts";
import type { Metrics } from "../../base/metrics.ts";
import type { Db } from "../../db/connect.ts";
import { joinTransaction } from "../../db/join-transaction.ts";
import { isForeignKeyViolation } from "../../db/sql-errors.ts";
import type { ResourceConfig } from "../../twilio/webhook-config.ts";
import { FIELD_CLASSES } from "../field-class.ts";
import { mayHaveDrifted, type NumberWatch } from "../number-watch.ts";
import type { PhoneNumber } from "../phone-number.ts";
import { type NumberState, saveNumberStates, saveSettled } from "../phone-number-store.ts";
import { clearAttention, raiseAttention } from "./attention-alert.ts";
import type { Operation, OperationError } from "./operation.ts";
import { advanceOperations, type OperationPatch } from "./operation-store.ts";

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

/** Moves an open operation on and renews its lease. @throws AppError `operation_lost` when recovery has taken it over */
export async function advance(
  deps: OperationLogDeps,
  operation: Operation,
  patch: OperationPatch,
): Promise<Operation> {
  const [advanced] = await advanceAll(deps, [{ operation, patch }]);
  if (!advanced) throw operationLost(operation);
  return advanced;
}

export interface Advancing {
  readonly operation: Operation;
  readonly patch: OperationPatch;
}

/** The same for several: all of them, or none. */
export async function advanceAll(
  deps: OperationLogDeps,
  advancing: readonly Advancing[],
): Promise<readonly Operation[]> {
  const now = deps.clock.now();
  const leaseUntil = addMs(now, deps.leaseMs);
  const renewed = advancing.map(({ operation, patch }) => ({ operation, patch: { leaseUntil, ...patch } }));
  const advanceIn = (db: Db) => advanceOrLose(db, deps, renewed, now);
  // One statement by itself is one transaction.
  await (advancing.length > 1 ? joinTransaction(deps.db, advanceIn) : advanceIn(deps.db));
  return renewed.map(({ operation, patch: { lastWriteAt = operation.lastWriteAt, ...rest } }) => ({
    ...operation,
    ...rest,
    lastWriteAt: lastWriteAt ?? undefined,
  }));
}

async function advanceOrLose(
  db: Db,
  { nodeId }: OperationLogDeps,
  advancing: readonly Advancing[],
  now: Date,
): Promise<void> {
  const [first] = advancing;
  const count = await advanceOperations(db, nodeId, advancing, now);
  if (first && count < advancing.length) throw operationLost(first.operation);
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

/** An operation that has done in Twilio what was intended, and what the number is from now on. */
export interface Commit {
  readonly operation: Operation;
  readonly number: PhoneNumber;
  readonly state: NumberState;
}

/**
 * Assignment, observed state, audit entry and the operation's end, all at once; of operations of one organization all of
 * them, or none.
 *
 * @throws AppError `agent_not_found` when the agent was deleted meanwhile, `operation_lost`
 */
export async function commitAll(
  deps: OperationLogDeps,
  commits: readonly Commit[],
): Promise<readonly Operation[]> {
  const now = deps.clock.now();
  const end = { state: "committed", phase: "finished", finishedAt: now } as const;
  const ending = commits.map(({ operation }) => ({ operation, patch: end }));
  const saves = commits.map(({ operation: { orgId }, number: { uid }, state }) => ({
    holder: { orgId, uid },
    state,
  }));
  const committing = deps.db.transaction().execute(async (tx) => {
    await advanceOrLose(tx, deps, ending, now);
    if ((await saveNumberStates(tx, saves, now)) < saves.length) throw new AppError("phone_number_not_found");
    for (const commit of commits) {
      await clearAttention({ db: tx, clock: deps.clock }, commit.number);
      await tellWatch(tx, deps, commit);
    }
    await appendAudits(tx, deps.clock, commits.map(auditOfCommit));
  });
  await committing.catch((error: unknown) => {
    if (!isForeignKeyViolation(error)) throw error;
    const detail = "The agent was deleted meanwhile. GET /api/agents lists the others.";
    throw new AppError("agent_not_found", { detail, cause: error });
  });
  return ending.map(({ operation }) => ended(deps, { ...operation, ...end }));
}

/** Writes down how operations go on and how they end: each by itself, or those of a batch together. */
export interface OperationWriter {
  readonly advance: (advancing: Advancing) => Promise<Operation>;
  readonly commit: (commit: Commit) => Promise<Operation>;
}

export function oneByOne(deps: OperationLogDeps): OperationWriter {
  return {
    advance: ({ operation, patch }) => advance(deps, operation, patch),
    async commit(commit) {
      const [committed = commit.operation] = await commitAll(deps, [commit]);
      return committed;
    },
  };
}

function auditOfCommit({ operation, number }: Commit) {
  const event = { ...auditFacts(operation, number), outcome: "committed" as const };
  return { actor: actorOf(operation), event };
}

/** What was wrong with the number before is over where nothing differs any more. */
async function tellWatch(
  tx: Db,
  { watch }: OperationLogDeps,
  { operation, number, state }: Commit,
): Promise<void> {
  if (!mayHaveDrifted(number.health)) return;
  const { scope } = operation.intent;
  const all = state.health === "drifted" ? [] : FIELD_CLASSES;
  const written = scope?.classes ?? all;
  // A sender that was spared may still tell somebody else what becomes of its messages.
  const changed = scope?.spared ? written.filter((name) => name !== "status") : written;
  await watch.changed(tx, number, operation, changed);
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
    await advanceOrLose(tx, deps, [{ operation, patch: end }], now);
    if (outcome === "rolled_back") await saveSettled(tx, number.uid, now);
    if (outcome === "needs_attention") {
      await saveSettled(tx, number.uid, now, "needs_attention");
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
    action: `phone_number.${kind}` as const,
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
