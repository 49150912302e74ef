import type { Selectable } from "kysely";
import type { Db } from "../db/connect.ts";
import type { AlertWebhookTable } from "../db/tables.ts";
import type { AlertWebhook } from "./webhook.ts";

export async function findWebhook(db: Db, orgId: string): Promise<AlertWebhook | undefined> {
  const row = await db.selectFrom("alert_webhook").selectAll().where("org_id", "=", orgId).executeTakeFirst();
  return row && webhookFromRow(row);
}

/** The same, its row locked until the transaction ends. */
export async function lockWebhook(tx: Db, orgId: string): Promise<AlertWebhook | undefined> {
  const row = await tx
    .selectFrom("alert_webhook")
    .selectAll()
    .where("org_id", "=", orgId)
    .forUpdate()
    .executeTakeFirst();
  return row && webhookFromRow(row);
}

/** Keeps a webhook, or puts it in the place of the organization's earlier one; its failures are forgotten. */
export async function upsertWebhook(
  tx: Db,
  { orgId, url, secrets, updatedAt }: Pick<AlertWebhook, "orgId" | "url" | "secrets" | "updatedAt">,
): Promise<void> {
  const changes = {
    url,
    secrets,
    updated_at: updatedAt,
    failures: 0,
    last_failure: null,
    next_attempt_at: null,
  };
  await tx
    .insertInto("alert_webhook")
    .values({ org_id: orgId, created_at: updatedAt, ...changes })
    .onConflict((conflict) => conflict.column("org_id").doUpdateSet(changes))
    .execute();
}

/** Removes a webhook and (by foreign key) what it has not taken. */
export async function deleteWebhook(tx: Db, orgId: string): Promise<void> {
  await tx.deleteFrom("alert_webhook").where("org_id", "=", orgId).execute();
}

/** Webhooks with something to take that need not wait for their next attempt; whose turn is longest ago is the first. */
export async function listDueWebhooks(db: Db, now: Date, limit: number): Promise<readonly AlertWebhook[]> {
  const rows = await db
    .selectFrom("alert_webhook")
    .selectAll()
    .where((eb) => eb.or([eb("next_attempt_at", "is", null), eb("next_attempt_at", "<=", now)]))
    .where((eb) =>
      eb.exists(
        eb.selectFrom("alert_event").select("id").whereRef("alert_event.org_id", "=", "alert_webhook.org_id"),
      ),
    )
    .orderBy("served_at", (order) => order.asc().nullsFirst())
    .orderBy("org_id")
    .limit(limit)
    .execute();
  return rows.map(webhookFromRow);
}

export async function noteTurn(db: Db, orgId: string, servedAt: Date): Promise<void> {
  await db.updateTable("alert_webhook").set({ served_at: servedAt }).where("org_id", "=", orgId).execute();
}

/** What came of a delivery, unless the webhook was replaced meanwhile: then it says nothing about the new one. */
export async function updateFailures(
  db: Db,
  webhook: AlertWebhook,
  result: Pick<AlertWebhook, "failures" | "lastFailure" | "nextAttemptAt">,
): Promise<void> {
  await db
    .updateTable("alert_webhook")
    .set({
      failures: result.failures,
      last_failure: result.lastFailure ?? null,
      next_attempt_at: result.nextAttemptAt ?? null,
    })
    .where("org_id", "=", webhook.orgId)
    .where("updated_at", "=", webhook.updatedAt)
    .execute();
}

/** Puts a ciphertext in the place of another, if nobody has changed it meanwhile. */
export async function replaceSecrets(db: Db, webhook: AlertWebhook, secrets: string): Promise<void> {
  await db
    .updateTable("alert_webhook")
    .set({ secrets })
    .where("org_id", "=", webhook.orgId)
    .where("secrets", "=", webhook.secrets)
    .execute();
}

/** Every organization's webhooks in the order of their organizations, those after `afterOrgId`. */
export async function listWebhooks(
  db: Db,
  afterOrgId: string,
  limit: number,
): Promise<readonly AlertWebhook[]> {
  const rows = await db
    .selectFrom("alert_webhook")
    .selectAll()
    .where("org_id", ">", afterOrgId)
    .orderBy("org_id")
    .limit(limit)
    .execute();
  return rows.map(webhookFromRow);
}

function webhookFromRow(row: Selectable<AlertWebhookTable>): AlertWebhook {
  return {
    orgId: row.org_id,
    url: row.url,
    secrets: row.secrets,
    failures: row.failures,
    lastFailure: row.last_failure ?? undefined,
    nextAttemptAt: row.next_attempt_at ?? undefined,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
