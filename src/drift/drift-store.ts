import { type Selectable, sql } from "kysely";
import type { Json } from "../base/json.ts";
import type { Db } from "../db/connect.ts";
import { jsonb } from "../db/jsonb.ts";
import type { DriftTable } from "../db/tables/drift.ts";
import type { FieldClass } from "../phone-numbers/field-class.ts";
import type { Verdict } from "../twilio/verdict.ts";
import type { Drift, DriftField, EndReason, NewDrift } from "./drift.ts";

/** What is open about some numbers, whoever holds them. */
export async function listOpenDrifts(db: Db, uids: readonly string[]): Promise<readonly Drift[]> {
  if (uids.length === 0) return [];
  const rows = await db
    .selectFrom("drift")
    .selectAll()
    .where("phone_number_uid", "in", uids)
    .where("ended_at", "is", null)
    .execute();
  return rows.map(driftFromRow);
}

/** At most a few hundred at a time. */
export async function insertDrifts(tx: Db, drifts: readonly NewDrift[], now: Date): Promise<void> {
  if (drifts.length === 0) return;
  await tx
    .insertInto("drift")
    .values(
      drifts.map((drift) => ({
        id: drift.id,
        org_id: drift.orgId,
        phone_number_uid: drift.phoneNumberUid,
        field_class: drift.fieldClass,
        verdict: drift.verdict ?? null,
        reason: drift.reason,
        fields: jsonb(fieldsAsJson(drift.fields)),
        opened_at: now,
        alerted_at: null,
        fought_at: null,
        heal_after: null,
        ended_at: null,
        end_reason: null,
      })),
    )
    .execute();
}

/** What is found now, where it is not what was found before. Whoever was told of that has to be told again. */
export async function saveFound(
  tx: Db,
  drifts: readonly Pick<Drift, "id" | "verdict" | "reason" | "fields">[],
): Promise<void> {
  if (drifts.length === 0) return;
  const found = drifts.map(({ id, verdict, reason, fields }) => ({
    id,
    verdict: verdict ?? null,
    reason,
    fields: fieldsAsJson(fields),
  }));
  await sql`update drift set verdict = found.verdict, reason = found.reason, fields = found.fields, is_news = true,
      heal_after = null
    from jsonb_to_recordset(${jsonb(found)}) as found (id text, verdict text, reason text, fields jsonb)
    where drift.id = found.id`.execute(tx);
}

export async function endDrifts(tx: Db, ids: readonly string[], reason: EndReason, now: Date): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .updateTable("drift")
    .set({ ended_at: now, end_reason: reason })
    .where("id", "in", ids)
    .where("ended_at", "is", null)
    .execute();
}

/** Somebody is told. @returns false when it has ended, so that there is nothing to tell any more */
export function markAlerted(tx: Db, id: string, at: Date): Promise<boolean> {
  return markOpen(tx, id, { alerted_at: at, is_news: false });
}

/** Nobody is to know any more, also if it was given up. @returns false when it has ended */
export function markSilenced(tx: Db, id: string): Promise<boolean> {
  return markOpen(tx, id, { alerted_at: null, fought_at: null });
}

/** Healing was refused, and would be again. */
export async function postponeHealing(db: Db, id: string, until: Date): Promise<void> {
  await db.updateTable("drift").set({ heal_after: until }).where("id", "=", id).execute();
}

/** It is given up, and somebody is told. @returns false when it has ended */
export function markFought(tx: Db, id: string, at: Date): Promise<boolean> {
  return markOpen(tx, id, { alerted_at: at, fought_at: at, is_news: false });
}

async function markOpen(
  tx: Db,
  id: string,
  marks: Partial<Pick<Row, "alerted_at" | "fought_at" | "is_news">>,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable("drift")
    .set(marks)
    .where("id", "=", id)
    .where("ended_at", "is", null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** What was healed of a class of a number's fields since some time, while the same organization held it, newest first. */
export async function listHealed(
  db: Db,
  { orgId, phoneNumberUid, fieldClass }: Pick<Drift, "orgId" | "phoneNumberUid" | "fieldClass">,
  { since, limit }: { readonly since: Date; readonly limit: number },
): Promise<readonly Drift[]> {
  const rows = await db
    .selectFrom("drift")
    .selectAll()
    .where("phone_number_uid", "=", phoneNumberUid)
    .where("org_id", "=", orgId)
    .where("field_class", "=", fieldClass)
    .where("end_reason", "=", "healed")
    .where("ended_at", ">", since)
    .orderBy("id", "desc")
    .limit(limit)
    .execute();
  return rows.map(driftFromRow);
}

/** @returns how many; `limit` at most */
export async function deleteDriftsEndedBefore(db: Db, before: Date, limit: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom("drift")
    .where("id", "in", (eb) =>
      eb.selectFrom("drift").select("id").where("ended_at", "<", before).limit(limit),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/** A drift with what its number is called now. */
export interface NamedDrift extends Drift {
  readonly phoneNumber: { readonly id: string; readonly e164: string; readonly accountId: string };
}

export interface DriftFilter {
  readonly open?: boolean | undefined;
  readonly fieldClass?: FieldClass | undefined;
  /** Of the numbers in an account that the organization operates. */
  readonly accountId?: string | undefined;
  readonly phoneNumberId?: string | undefined;
}

/** What was and is wrong with numbers while the organization held them, newest first: what opened before `beforeId`. */
export async function listDrifts(
  db: Db,
  orgId: string,
  query: DriftFilter & { readonly beforeId?: string | undefined; readonly limit: number },
): Promise<readonly NamedDrift[]> {
  const { open, fieldClass, accountId, phoneNumberId, beforeId } = query;
  const rows = await db
    .selectFrom("drift as d")
    .innerJoin("phone_number as n", "n.uid", "d.phone_number_uid")
    .selectAll("d")
    .select(["n.id as number_id", "n.e164", "n.account_id"])
    .where("d.org_id", "=", orgId)
    .$if(beforeId !== undefined, (q) => q.where("d.id", "<", beforeId ?? ""))
    .$if(open !== undefined, (q) => q.where("d.ended_at", open ? "is" : "is not", null))
    .$if(fieldClass !== undefined, (q) => q.where("d.field_class", "=", fieldClass ?? ""))
    .$if(accountId !== undefined, (q) =>
      q.where("n.account_id", "=", accountId ?? "").where("n.operator_org_id", "=", orgId),
    )
    .$if(phoneNumberId !== undefined, (q) =>
      // Ids are the holder's: another organization's number of the same name is not meant.
      q.where("n.id", "=", phoneNumberId ?? "").where("n.org_id", "=", orgId),
    )
    .orderBy("d.id", "desc")
    .limit(query.limit)
    .execute();
  return rows.map(named);
}

/** What is open about an account's numbers, whoever holds them, in the order in which it opened. */
export async function listOpenDriftsOfAccount(
  db: Db,
  accountId: string,
  { afterId, limit }: { readonly afterId: string; readonly limit: number },
): Promise<readonly NamedDrift[]> {
  const rows = await db
    .selectFrom("drift as d")
    .innerJoin("phone_number as n", "n.uid", "d.phone_number_uid")
    .selectAll("d")
    .select(["n.id as number_id", "n.e164", "n.account_id"])
    .where("n.account_id", "=", accountId)
    .where("d.ended_at", "is", null)
    .where("d.id", ">", afterId)
    .orderBy("d.id")
    .limit(limit)
    .execute();
  return rows.map(named);
}

type Row = Selectable<DriftTable>;

function named(row: Row & { number_id: string; e164: string; account_id: string }): NamedDrift {
  const phoneNumber = { id: row.number_id, e164: row.e164, accountId: row.account_id };
  return { ...driftFromRow(row), phoneNumber };
}

// The columns are written by this file only, from the types that they are read as.
function driftFromRow(row: Row): Drift {
  return {
    id: row.id,
    orgId: row.org_id,
    phoneNumberUid: row.phone_number_uid,
    fieldClass: row.field_class as FieldClass,
    verdict: (row.verdict as Verdict | null) ?? undefined,
    reason: row.reason,
    fields: row.fields as readonly DriftField[],
    openedAt: row.opened_at,
    alertedAt: row.alerted_at ?? undefined,
    isNews: row.is_news,
    foughtAt: row.fought_at ?? undefined,
    healAfter: row.heal_after ?? undefined,
    endedAt: row.ended_at ?? undefined,
    endReason: (row.end_reason as EndReason | null) ?? undefined,
  };
}

function fieldsAsJson(fields: readonly DriftField[]): Json[] {
  return fields.map(({ resource, sid, field, wanted, found }) => ({ resource, sid, field, wanted, found }));
}
