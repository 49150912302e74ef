// Receivers, and how much waits for them in their outboxes. What an outbox holds is known to whoever fills it.
import { type Selectable, sql } from "kysely";
import type { Db } from "../db/connect.ts";
import type { ReceiverTable } from "../db/tables/receivers.ts";
import type { OutboxCounts, Receiver, ReceiverKind, RefusedEvent } from "./receiver.ts";

export const OUTBOX = { usage_sink: "usage_outbox", alert_webhook: "alert_event" } as const;

/** What a receiver knows an event by. */
const EVENT_ID = { usage_sink: sql`'usage_' || entry_id`, alert_webhook: sql`id` };

export async function findReceiver(db: Db, orgId: string, kind: ReceiverKind): Promise<Receiver | undefined> {
  const row = await db.selectFrom(kind).selectAll().where("org_id", "=", orgId).executeTakeFirst();
  return row && receiverFromRow(kind, row);
}

/** The same, its row locked until the transaction ends. */
export async function lockReceiver(tx: Db, orgId: string, kind: ReceiverKind): Promise<Receiver | undefined> {
  const row = await tx
    .selectFrom(kind)
    .selectAll()
    .where("org_id", "=", orgId)
    .forUpdate()
    .executeTakeFirst();
  return row && receiverFromRow(kind, row);
}

/** Keeps a receiver, or puts it in the place of the organization's earlier one; its failures are forgotten. */
export async function upsertReceiver(
  tx: Db,
  { kind, orgId, url, sealed, updatedAt }: Pick<Receiver, "kind" | "orgId" | "url" | "sealed" | "updatedAt">,
): Promise<void> {
  const changes = {
    url,
    sealed,
    updated_at: updatedAt,
    failures: 0,
    last_failure: null,
    next_attempt_at: null,
  };
  await tx
    .insertInto(kind)
    .values({ org_id: orgId, created_at: updatedAt, ...changes })
    .onConflict((conflict) => conflict.column("org_id").doUpdateSet(changes))
    .execute();
}

export async function deleteReceiver(tx: Db, orgId: string, kind: ReceiverKind): Promise<void> {
  await tx.deleteFrom(kind).where("org_id", "=", orgId).execute();
}

/** Those with something to take that need not wait for their next attempt; whose turn is longest ago is the first. */
export async function listDueReceivers(
  db: Db,
  kind: ReceiverKind,
  now: Date,
  limit: number,
): Promise<readonly Receiver[]> {
  const rows = await db
    .selectFrom(kind)
    .selectAll()
    .where((eb) => eb.or([eb("next_attempt_at", "is", null), eb("next_attempt_at", "<=", now)]))
    .where("org_id", "in", (eb) =>
      eb.selectFrom(OUTBOX[kind]).select("org_id").where("refused_at", "is", null),
    )
    .orderBy("served_at", (order) => order.asc().nullsFirst())
    .orderBy("org_id")
    .limit(limit)
    .execute();
  return rows.map((row) => receiverFromRow(kind, row));
}

export async function noteTurn(db: Db, orgId: string, kind: ReceiverKind, servedAt: Date): Promise<void> {
  await db.updateTable(kind).set({ served_at: servedAt }).where("org_id", "=", orgId).execute();
}

/** What came of a delivery, unless the receiver was replaced meanwhile: then it says nothing about the new one. */
export async function updateFailures(
  db: Db,
  { kind, orgId, updatedAt }: Receiver,
  result: Pick<Receiver, "failures" | "lastFailure" | "nextAttemptAt">,
): Promise<void> {
  await db
    .updateTable(kind)
    .set({
      failures: result.failures,
      last_failure: result.lastFailure ?? null,
      next_attempt_at: result.nextAttemptAt ?? null,
    })
    .where("org_id", "=", orgId)
    .where("updated_at", "=", updatedAt)
    .execute();
}

/** Puts a ciphertext in the place of another, if nobody has changed it meanwhile. */
export async function replaceSealed(db: Db, { kind, orgId, sealed }: Receiver, next: string): Promise<void> {
  await db
    .updateTable(kind)
    .set({ sealed: next })
    .where("org_id", "=", orgId)
    .where("sealed", "=", sealed)
    .execute();
}

/** Every organization's receivers of a kind, in the order of their organizations, those after `afterOrgId`. */
export async function listReceivers(
  db: Db,
  kind: ReceiverKind,
  afterOrgId: string,
  limit: number,
): Promise<readonly Receiver[]> {
  const rows = await db
    .selectFrom(kind)
    .selectAll()
    .where("org_id", ">", afterOrgId)
    .orderBy("org_id")
    .limit(limit)
    .execute();
  return rows.map((row) => receiverFromRow(kind, row));
}

export async function countOutbox(db: Db, orgId: string, kind: ReceiverKind): Promise<OutboxCounts> {
  return db
    .selectFrom(OUTBOX[kind])
    .select(({ fn }) => [
      fn.countAll<number>().filterWhere("refused_at", "is", null).as("undelivered"),
      fn.count<number>("refused_at").as("refused"),
    ])
    .where("org_id", "=", orgId)
    .executeTakeFirstOrThrow();
}

/** What is set aside, the latest first. */
export async function listRefused(
  db: Db,
  orgId: string,
  kind: ReceiverKind,
  limit: number,
): Promise<readonly RefusedEvent[]> {
  const { rows } = await sql<RefusedEvent>`
    select ${EVENT_ID[kind]} as id, refused_at as "refusedAt", refusal as said from ${sql.table(OUTBOX[kind])}
    where org_id = ${orgId} and refused_at is not null
    order by refused_at desc
    limit ${limit}`.execute(db);
  return rows;
}

/** What was set aside waits again, in its old place. @returns how many events that are */
export async function releaseRefused(tx: Db, orgId: string, kind: ReceiverKind): Promise<number> {
  const { numUpdatedRows } = await tx
    .updateTable(OUTBOX[kind])
    .set({ refused_at: null, refusal: null })
    .where("org_id", "=", orgId)
    .where("refused_at", "is not", null)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

/** @returns how many were given up */
export async function clearOutbox(tx: Db, orgId: string, kind: ReceiverKind): Promise<number> {
  const { numDeletedRows } = await tx.deleteFrom(OUTBOX[kind]).where("org_id", "=", orgId).executeTakeFirst();
  return Number(numDeletedRows);
}

function receiverFromRow(kind: ReceiverKind, row: Selectable<ReceiverTable>): Receiver {
  return {
    kind,
    orgId: row.org_id,
    url: row.url,
    sealed: row.sealed,
    failures: row.failures,
    lastFailure: row.last_failure ?? undefined,
    nextAttemptAt: row.next_attempt_at ?? undefined,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
