import { type Selectable, sql } from "kysely";
import type { Json } from "../base/json.ts";
import type { Db } from "../db/connect.ts";
import { type AlertTable, jsonb } from "../db/tables.ts";
import type { Alert, AlertFacts, AlertKind, Severity } from "./alert.ts";

interface NewAlert
  extends Pick<Alert, "id" | "orgId" | "kind" | "key" | "severity" | "title" | "detail" | "facts"> {
  readonly phoneNumberUid?: string | undefined;
  readonly seen: { readonly count: number; readonly firstAt: Date; readonly lastAt: Date };
}

/**
 * Opens an alert, or counts up the one that is open for the key. That one says from now on what is said now.
 *
 * @returns the open alert; with another id, if there was one
 */
export async function upsertOpenAlert(tx: Db, alert: NewAlert): Promise<Alert> {
  const { seen } = alert;
  const news = {
    severity: alert.severity,
    title: alert.title,
    detail: alert.detail,
    facts: asJsonb(alert.facts),
  };
  const { id } = await tx
    .insertInto("alert")
    .values({
      id: alert.id,
      org_id: alert.orgId,
      kind: alert.kind,
      key: alert.key,
      phone_number_uid: alert.phoneNumberUid ?? null,
      ...news,
      count: seen.count,
      first_seen_at: seen.firstAt,
      last_seen_at: seen.lastAt,
    })
    .onConflict((conflict) =>
      conflict
        .columns(["org_id", "key"])
        .where("resolved_at", "is", null)
        .doUpdateSet((eb) => ({
          ...news,
          count: eb("alert.count", "+", seen.count),
          last_seen_at: sql<Date>`greatest(alert.last_seen_at, ${seen.lastAt})`,
        })),
    )
    .returning("id")
    .executeTakeFirstOrThrow();
  return requireAlert(tx, id);
}

/** @returns the alert, now resolved; undefined when none was open */
export async function resolveOpenAlert(
  tx: Db,
  { orgId, key }: Pick<Alert, "orgId" | "key">,
  now: Date,
): Promise<Alert | undefined> {
  const row = await tx
    .updateTable("alert")
    .set({ resolved_at: now })
    .where("org_id", "=", orgId)
    .where("key", "=", key)
    .where("resolved_at", "is", null)
    .returning("id")
    .executeTakeFirst();
  return row && requireAlert(tx, row.id);
}

async function requireAlert(tx: Db, id: string): Promise<Alert> {
  return alertFromRow(await selectAlerts(tx).where("alert.id", "=", id).executeTakeFirstOrThrow());
}

type Row = Selectable<AlertTable> & { number_id: string | null; e164: string | null };

/** Alerts with what their numbers are called now. */
function selectAlerts(db: Db) {
  return db
    .selectFrom("alert")
    .leftJoin("phone_number", "phone_number.uid", "alert.phone_number_uid")
    .selectAll("alert")
    .select(["phone_number.id as number_id", "phone_number.e164"]);
}

function alertFromRow(row: Row): Alert {
  return {
    id: row.id,
    orgId: row.org_id,
    kind: row.kind as AlertKind,
    key: row.key,
    severity: row.severity as Severity,
    phoneNumber:
      row.number_id === null || row.e164 === null ? undefined : { id: row.number_id, e164: row.e164 },
    title: row.title,
    detail: row.detail,
    facts: row.facts as AlertFacts,
    count: row.count,
    firstSeenAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
    resolvedAt: row.resolved_at ?? undefined,
    acknowledgedAt: row.acknowledged_at ?? undefined,
    acknowledgedBy: row.acknowledged_by ?? undefined,
  };
}

// Facts are plain data; interfaces have no index signature, which is all that Json asks for beyond it.
function asJsonb(facts: AlertFacts) {
  return jsonb({ ...facts } as Json);
}
