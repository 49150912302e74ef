import type { Selectable } from "kysely";
import type { Db } from "../db/connect.ts";
import type { UsageSinkTable } from "../db/tables.ts";
import type { Sink } from "./sink.ts";

export async function findSink(db: Db, orgId: string): Promise<Sink | undefined> {
  const row = await db.selectFrom("usage_sink").selectAll().where("org_id", "=", orgId).executeTakeFirst();
  return row && sinkFromRow(row);
}

/** The same, its row locked until the transaction ends. */
export async function lockSink(tx: Db, orgId: string): Promise<Sink | undefined> {
  const row = await tx
    .selectFrom("usage_sink")
    .selectAll()
    .where("org_id", "=", orgId)
    .forUpdate()
    .executeTakeFirst();
  return row && sinkFromRow(row);
}

/** Keeps a sink, or puts it in the place of the organization's earlier one; its failures are forgotten. */
export async function upsertSink(
  tx: Db,
  sink: Pick<Sink, "orgId" | "url" | "headers" | "updatedAt">,
): Promise<void> {
  const { orgId, url, headers, updatedAt } = sink;
  const changes = {
    url,
    headers,
    updated_at: updatedAt,
    failures: 0,
    last_failure: null,
    next_attempt_at: null,
  };
  await tx
    .insertInto("usage_sink")
    .values({ org_id: orgId, created_at: updatedAt, ...changes })
    .onConflict((conflict) => conflict.column("org_id").doUpdateSet(changes))
    .execute();
}

export async function deleteSink(tx: Db, orgId: string): Promise<void> {
  await tx.deleteFrom("usage_sink").where("org_id", "=", orgId).execute();
}

/** Sinks with something to take that need not wait for their next attempt; whose turn is longest ago is the first. */
export async function listDueSinks(db: Db, now: Date, limit: number): Promise<readonly Sink[]> {
  const rows = await db
    .selectFrom("usage_sink")
    .selectAll()
    .where((eb) => eb.or([eb("next_attempt_at", "is", null), eb("next_attempt_at", "<=", now)]))
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom("usage_outbox")
          .select("entry_id")
          .whereRef("usage_outbox.org_id", "=", "usage_sink.org_id"),
      ),
    )
    .orderBy("served_at", (order) => order.asc().nullsFirst())
    .orderBy("org_id")
    .limit(limit)
    .execute();
  return rows.map(sinkFromRow);
}

export async function noteTurn(db: Db, orgId: string, servedAt: Date): Promise<void> {
  await db.updateTable("usage_sink").set({ served_at: servedAt }).where("org_id", "=", orgId).execute();
}

/** What came of a delivery, unless the sink was replaced meanwhile: then it says nothing about the new one. */
export async function updateFailures(
  db: Db,
  sink: Sink,
  result: Pick<Sink, "failures" | "lastFailure" | "nextAttemptAt">,
): Promise<void> {
  await db
    .updateTable("usage_sink")
    .set({
      failures: result.failures,
      last_failure: result.lastFailure ?? null,
      next_attempt_at: result.nextAttemptAt ?? null,
    })
    .where("org_id", "=", sink.orgId)
    .where("updated_at", "=", sink.updatedAt)
    .execute();
}

/** Puts a ciphertext in the place of another, if nobody has changed it meanwhile. */
export async function replaceSinkHeaders(db: Db, sink: Sink, headers: string): Promise<void> {
  await db
    .updateTable("usage_sink")
    .set({ headers })
    .where("org_id", "=", sink.orgId)
    .where("headers", "=", sink.headers)
    .execute();
}

/** Every organization's sinks in the order of their organizations, those after `afterOrgId`. */
export async function listSinks(db: Db, afterOrgId: string, limit: number): Promise<readonly Sink[]> {
  const rows = await db
    .selectFrom("usage_sink")
    .selectAll()
    .where("org_id", ">", afterOrgId)
    .orderBy("org_id")
    .limit(limit)
    .execute();
  return rows.map(sinkFromRow);
}

function sinkFromRow(row: Selectable<UsageSinkTable>): Sink {
  return {
    orgId: row.org_id,
    url: row.url,
    headers: row.headers,
    failures: row.failures,
    lastFailure: row.last_failure ?? undefined,
    nextAttemptAt: row.next_attempt_at ?? undefined,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
