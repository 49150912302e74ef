// What is still to be sent to alert webhooks. An event comes in with what it tells of, and leaves when it was taken.
import type { Db } from "../db/connect.ts";
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
    .values({
      id: event.id,
      org_id: event.orgId,
      alert_id: event.alertId,
      body: event.body,
      next_attempt_at: now,
      created_at: now,
    })
    .execute();
}
