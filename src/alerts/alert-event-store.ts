// What is still to be sent to alert webhooks. An event comes in with what it tells of, and leaves when it was taken.
import type { Db } from "../db/connect.ts";
import type { Refusal } from "../receivers/receiver.ts";
import type { AlertEvent } from "./alert-event.ts";

/** Keeps an event for the organization's alert webhook; without one, nobody is told. */
export async function queueEvent(tx: Db, event: AlertEvent, now: Date): Promise<void> {
  // Locked, so that a webhook that is removed just now takes the event along instead of failing what it tells of.
  const webhook = await tx
    .selectFrom("alert_webhook")
    .select("org_id")
    .where("org_id", "=", event.orgId)
    .forKeyShare()
    .executeTakeFirst();
  if (!webhook) return;
  await tx
    .insertInto("alert_event")
    .values({ id: event.id, org_id: event.orgId, body: event.body, created_at: now })
    .execute();
}

/** The oldest of an organization's events that its webhook has not refused. */
export async function findNextEvent(db: Db, orgId: string): Promise<AlertEvent | undefined> {
  return db
    .selectFrom("alert_event")
    .select(["id", "org_id as orgId", "body"])
    .where("org_id", "=", orgId)
    .where("refused_at", "is", null)
    .orderBy("created_at")
    .orderBy("id")
    .limit(1)
    .executeTakeFirst();
}

export async function removeEvent(db: Db, { id }: Pick<AlertEvent, "id">): Promise<void> {
  await db.deleteFrom("alert_event").where("id", "=", id).execute();
}

/** Sets it aside: the webhook has refused it. */
export async function setEventRefused(
  tx: Db,
  { id }: Pick<AlertEvent, "id">,
  { refusedAt, said }: Refusal,
): Promise<void> {
  await tx
    .updateTable("alert_event")
    .set({ refused_at: refusedAt, refusal: said })
    .where("id", "=", id)
    .execute();
}

/** @returns how many were given up */
export async function dropEventsBefore(db: Db, before: Date): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom("alert_event")
    .where("created_at", "<", before)
    .executeTakeFirst();
  return Number(numDeletedRows);
}
