import { type Selectable, sql } from "kysely";
import type { Db } from "../db/connect.ts";
import { jsonb } from "../db/jsonb.ts";
import type { AlertTable } from "../db/tables/alerts.ts";
import type { ReceiverKind } from "../receivers/receiver.ts";
import { OUTBOX } from "../receivers/receiver-store.ts";
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
    facts: jsonb({ ...alert.facts }),
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

export interface AlertFilter {
  readonly state?: "open" | "resolved" | undefined;
  readonly kind?: AlertKind | undefined;
  /** Not empty. */
  readonly ids?: readonly string[] | undefined;
  readonly phoneNumberId?: string | undefined;
}

/** An organization's alerts, newest first: those that opened before `beforeId`. */
export async function listAlerts(
  db: Db,
  orgId: string,
  query: AlertFilter & { readonly beforeId?: string | undefined; readonly limit: number },
): Promise<readonly Alert[]> {
  const { state, kind, ids, phoneNumberId, beforeId } = query;
  const rows = await selectAlerts(db)
    .where("alert.org_id", "=", orgId)
    .$if(beforeId !== undefined, (q) => q.where("alert.id", "<", beforeId ?? ""))
    .$if(state !== undefined, (q) => q.where("resolved_at", state === "open" ? "is" : "is not", null))
    .$if(ids !== undefined, (q) => q.where("alert.id", "in", ids ?? []))
    .$if(kind !== undefined, (q) => q.where("kind", "=", kind ?? ""))
    .$if(phoneNumberId !== undefined, (q) =>
      // Ids are the holder's: another organization's number of the same name is not meant.
      q.where("phone_number.id", "=", phoneNumberId ?? "").where("phone_number.org_id", "=", orgId),
    )
    .orderBy("alert.id", "desc")
    .limit(query.limit)
    .execute();
  return rows.map(alertFromRow);
}

export async function findAlert(db: Db, orgId: string, id: string): Promise<Alert | undefined> {
  const row = await selectAlerts(db)
    .where("alert.org_id", "=", orgId)
    .where("alert.id", "=", id)
    .executeTakeFirst();
  return row && alertFromRow(row);
}

/** How many alerts an organization has open: about a number, or altogether. */
export async function countOpenAlerts(db: Db, orgId: string, phoneNumberUid?: string): Promise<number> {
  const { count } = await db
    .selectFrom("alert")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .$if(phoneNumberUid !== undefined, (q) => q.where("phone_number_uid", "=", phoneNumberUid ?? ""))
    .where("org_id", "=", orgId)
    .where("resolved_at", "is", null)
    .executeTakeFirstOrThrow();
  return count;
}

/** @returns false when somebody had acknowledged it already, or there is none */
export async function saveAcknowledgement(
  tx: Db,
  alert: Pick<Alert, "orgId" | "id">,
  acknowledged: { readonly by: string; readonly at: Date },
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable("alert")
    .set({ acknowledged_at: acknowledged.at, acknowledged_by: acknowledged.by })
    .where("org_id", "=", alert.orgId)
    .where("id", "=", alert.id)
    .where("acknowledged_at", "is", null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** The keys of what an organization has open about a number. */
export async function listOpenKeys(
  db: Db,
  orgId: string,
  phoneNumberUid: string,
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom("alert")
    .select("key")
    .where("phone_number_uid", "=", phoneNumberUid)
    .where("org_id", "=", orgId)
    .where("resolved_at", "is", null)
    .execute();
  return rows.map(({ key }) => key);
}

/** Open alerts, whoever's, whose keys begin like this and which were last seen before; the quietest first. */
export async function listQuietKeys(
  db: Db,
  quiet: { readonly keyPrefix: string; readonly lastSeenBefore: Date; readonly limit: number },
): Promise<readonly Pick<Alert, "orgId" | "key">[]> {
  return db
    .selectFrom("alert")
    .select(["org_id as orgId", "key"])
    .where(sql<boolean>`starts_with(key, ${quiet.keyPrefix})`)
    .where("last_seen_at", "<", quiet.lastSeenBefore)
    .where("resolved_at", "is", null)
    .orderBy("last_seen_at")
    .limit(quiet.limit)
    .execute();
}

/** Organizations that have an alert of this key open, while nothing is set aside that their receiver of a kind refused. */
export async function listOrgsWithoutRefused(
  db: Db,
  key: string,
  kind: ReceiverKind,
  limit: number,
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom("alert")
    .select("alert.org_id")
    .where("key", "=", key)
    .where("resolved_at", "is", null)
    // Not "not in", which compares each with everything that is set aside: 30 s for 900,000 events and 200 organizations.
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom(OUTBOX[kind])
            .select("org_id")
            .whereRef("org_id", "=", "alert.org_id")
            .where("refused_at", "is not", null),
        ),
      ),
    )
    .limit(limit)
    .execute();
  return rows.map(({ org_id }) => org_id);
}

/** @returns how many */
export async function deleteAlertsResolvedBefore(db: Db, before: Date): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom("alert")
    .where("resolved_at", "<", before)
    .executeTakeFirst();
  return Number(numDeletedRows);
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
