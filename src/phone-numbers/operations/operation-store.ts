import { type Selectable, sql } from "kysely";
import type { Db } from "../../db/connect.ts";
import { plainJsonb } from "../../db/jsonb.ts";
import type { OperationTable } from "../../db/tables/phone-numbers.ts";
import type { Operation, OperationPhase, OperationState, PhaseReached } from "./operation.ts";

/** @throws a unique violation when one of the numbers has an open operation */
export async function insertOperations(
  tx: Db,
  operations: readonly Operation[],
  leaseOwner: string,
): Promise<void> {
  await tx
    .insertInto("operation")
    .values(
      operations.map((operation) => ({
        id: operation.id,
        org_id: operation.orgId,
        phone_number_uid: operation.phoneNumberUid,
        kind: operation.kind,
        state: operation.state,
        phase: operation.phase,
        intent: plainJsonb(operation.intent),
        previous: plainJsonb(operation.previous),
        phases: plainJsonb(operation.phases.map(phaseToJson)),
        actor: plainJsonb(operation.actor),
        request_id: operation.requestId,
        lease_owner: leaseOwner,
        lease_until: operation.leaseUntil,
        created_at: operation.createdAt,
        updated_at: operation.createdAt,
      })),
    )
    .execute();
}

export interface OperationPatch {
  readonly state?: OperationState;
  readonly phase?: OperationPhase;
  readonly intent?: Operation["intent"];
  readonly snapshot?: Operation["snapshot"];
  readonly desired?: Operation["desired"];
  readonly changes?: Operation["changes"];
  readonly withheld?: Operation["withheld"];
  readonly holds?: Operation["holds"];
  readonly error?: Operation["error"];
  readonly leaseUntil?: Date;
  /** Null: no write is without an answer any more. */
  readonly lastWriteAt?: Date | null;
  readonly finishedAt?: Date;
}

export interface Advance {
  readonly operation: Pick<Operation, "id" | "attempts">;
  readonly patch: OperationPatch;
}

/**
 * Moves operations on whose leases the caller still holds. The attempt is part of the lease: recovery may run on the same
 * node as the one that it takes over from.
 *
 * @returns how many; the others have been taken over by recovery, and the caller must stop
 */
export async function advanceOperations(
  db: Db,
  leaseOwner: string,
  advances: readonly Advance[],
  now: Date,
): Promise<number> {
  const patches = advances.map(({ operation: { id, attempts }, patch }) => ({
    id,
    attempts,
    reached: patch.phase && [phaseToJson({ phase: patch.phase, at: now })],
    setsLastWrite: patch.lastWriteAt !== undefined,
    ...patch,
  }));
  // Named once more as an array: PostgreSQL knows how long that is, and looks those operations up by their ids. Of the JSON
  // it does not, and would read through all that have been open since the table was last vacuumed.
  const { numAffectedRows } = await sql`
    update operation set
      updated_at = ${now},
      state = coalesce(patch.state, operation.state),
      phase = coalesce(patch.phase, operation.phase),
      phases = case when patch.phase is null then operation.phases else operation.phases || patch.reached end,
      intent = coalesce(patch.intent, operation.intent),
      snapshot = coalesce(patch.snapshot, operation.snapshot),
      desired = coalesce(patch.desired, operation.desired),
      changes = coalesce(patch.changes, operation.changes),
      withheld = coalesce(patch.withheld, operation.withheld),
      holds = coalesce(patch.holds, operation.holds),
      error = coalesce(patch.error, operation.error),
      lease_until = coalesce(patch."leaseUntil", operation.lease_until),
      last_write_at = case when patch."setsLastWrite" then patch."lastWriteAt" else operation.last_write_at end,
      finished_at = coalesce(patch."finishedAt", operation.finished_at)
    from jsonb_to_recordset(${JSON.stringify(patches)}::text::jsonb) as patch(
      id text, attempts integer, state text, phase text, reached jsonb, intent jsonb, snapshot jsonb, desired jsonb, changes jsonb, withheld jsonb,
      holds jsonb, error jsonb, "leaseUntil" timestamptz, "setsLastWrite" boolean, "lastWriteAt" timestamptz,
      "finishedAt" timestamptz)
    where operation.id = patch.id and operation.id = any(${patches.map(({ id }) => id)}::text[])
      and operation.attempts = patch.attempts
      and operation.lease_owner = ${leaseOwner} and operation.state = 'open'`.execute(db);
  return Number(numAffectedRows ?? 0n);
}

/** Takes over one open operation whose lease has ended. No two nodes get the same one. */
export async function claimAbandonedOperation(
  db: Db,
  claim: { leaseOwner: string; leaseUntil: Date; now: Date },
): Promise<Operation | undefined> {
  const abandoned = db
    .selectFrom("operation")
    .select("id")
    .where("state", "=", "open")
    .where("lease_until", "<=", claim.now)
    .orderBy("lease_until")
    .limit(1)
    .forUpdate()
    .skipLocked();
  const row = await db
    .updateTable("operation")
    .set({ lease_owner: claim.leaseOwner, lease_until: claim.leaseUntil, attempts: sql`attempts + 1` })
    // Not "in": PostgreSQL may then run the subquery once a row, and claim several.
    .where("id", "=", abandoned)
    .returningAll()
    .executeTakeFirst();
  return row && operationFromRow(row);
}

/** Ends the leases of a process that is known to be gone: the embedded database has one process at a time. */
export async function expireAllLeases(db: Db, now: Date): Promise<void> {
  await db
    .updateTable("operation")
    .set({ lease_until: now })
    .where("state", "=", "open")
    .where("phase", "<>", "settling")
    .execute();
}

export async function findOperation(db: Db, orgId: string, id: string): Promise<Operation | undefined> {
  const row = await db
    .selectFrom("operation")
    .selectAll()
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .executeTakeFirst();
  return row && operationFromRow(row);
}

/** The last operation of a number that left something changed, whoever held it then. */
export async function findLastChange(db: Db, phoneNumberUid: string): Promise<Operation | undefined> {
  const row = await db
    .selectFrom("operation")
    .selectAll()
    .where("phone_number_uid", "=", phoneNumberUid)
    .where("state", "in", ["committed", "needs_attention"])
    // Ids are made by the clocks of machines, which need not agree.
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .limit(1)
    .executeTakeFirst();
  return row && operationFromRow(row);
}

/** Operations of a number, oldest first: those from `fromId` on. */
export async function listOperationsSince(
  db: Db,
  orgId: string,
  of: { readonly phoneNumberUid: string; readonly fromId: string; readonly limit: number },
): Promise<readonly Operation[]> {
  const rows = await db
    .selectFrom("operation")
    .selectAll()
    .where("phone_number_uid", "=", of.phoneNumberUid)
    .where("org_id", "=", orgId)
    .where("id", ">=", of.fromId)
    .orderBy("id")
    .limit(of.limit)
    .execute();
  return rows.map(operationFromRow);
}

/** Operations newest first, those before `beforeId`. */
export async function listOperations(
  db: Db,
  orgId: string,
  page: {
    beforeId?: string | undefined;
    limit: number;
    phoneNumberUid?: string | undefined;
    /** Not empty. */
    ids?: readonly string[] | undefined;
  },
): Promise<readonly Operation[]> {
  const rows = await db
    .selectFrom("operation")
    .selectAll()
    .where("org_id", "=", orgId)
    .$if(page.beforeId !== undefined, (query) => query.where("id", "<", page.beforeId ?? ""))
    .$if(page.ids !== undefined, (query) => query.where("id", "in", page.ids ?? []))
    .$if(page.phoneNumberUid !== undefined, (query) =>
      query.where("phone_number_uid", "=", page.phoneNumberUid ?? ""),
    )
    .orderBy("id", "desc")
    .limit(page.limit)
    .execute();
  return rows.map(operationFromRow);
}

// The jsonb columns are written by this file only, from the types that they are read as.
function operationFromRow(row: Selectable<OperationTable>): Operation {
  return {
    id: row.id,
    orgId: row.org_id,
    phoneNumberUid: row.phone_number_uid,
    kind: row.kind as Operation["kind"],
    state: row.state as Operation["state"],
    phase: row.phase as Operation["phase"],
    intent: row.intent as Operation["intent"],
    previous: row.previous as Operation["previous"],
    snapshot: (row.snapshot as Operation["snapshot"] | null) ?? undefined,
    desired: (row.desired as Operation["desired"] | null) ?? undefined,
    changes: (row.changes as Operation["changes"] | null) ?? undefined,
    withheld: (row.withheld as Operation["withheld"] | null) ?? undefined,
    holds: (row.holds as Operation["holds"] | null) ?? undefined,
    error: (row.error as Operation["error"] | null) ?? undefined,
    phases: phasesFrom(row.phases),
    actor: row.actor as Operation["actor"],
    requestId: row.request_id,
    leaseUntil: row.lease_until,
    lastWriteAt: row.last_write_at ?? undefined,
    attempts: row.attempts,
    createdAt: row.created_at,
    finishedAt: row.finished_at ?? undefined,
  };
}

function phaseToJson({ phase, at }: PhaseReached) {
  return { phase, at: at.toISOString() };
}

function phasesFrom(column: unknown): readonly PhaseReached[] {
  const phases = column as readonly { phase: OperationPhase; at: string }[];
  return phases.map(({ phase, at }) => ({ phase, at: new Date(at) }));
}
