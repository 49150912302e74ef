// Alerts as their organization sees them, and says that it has seen them.
import { appendAudit } from "../audit/audit-service.ts";
import type { Actor } from "../auth/actor.ts";
import type { Clock } from "../base/clock.ts";
import { AppError } from "../base/errors.ts";
import { type Page, pageOf } from "../base/page.ts";
import type { Db } from "../db/connect.ts";
import type { Alert } from "./alert.ts";
import { type AlertFilter, findAlert, listAlerts, saveAcknowledgement } from "./alert-store.ts";

export interface AlertListDeps {
  readonly db: Db;
  readonly clock: Clock;
}

export interface AlertQuery extends AlertFilter {
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** The organization's alerts, newest first. */
export async function listAlertPage(
  { db }: Pick<AlertListDeps, "db">,
  { orgId }: Actor,
  { cursor, limit, ...filter }: AlertQuery,
): Promise<Page<Alert>> {
  const rows = await listAlerts(db, orgId, { ...filter, beforeId: cursor, limit: limit + 1 });
  return pageOf(rows, limit, ({ id }) => id);
}

/** @throws AppError `alert_not_found` */
export async function getAlert(
  { db }: Pick<AlertListDeps, "db">,
  { orgId }: Actor,
  id: string,
): Promise<Alert> {
  const alert = await findAlert(db, orgId, id);
  if (!alert) throw new AppError("alert_not_found");
  return alert;
}

/**
 * Says that somebody looks after it. Changes nothing about the cause; the first one who says so stays on record.
 *
 * @throws AppError `alert_not_found`
 */
export async function acknowledgeAlert(deps: AlertListDeps, actor: Actor, id: string): Promise<Alert> {
  return deps.db.transaction().execute(async (tx) => {
    const acknowledged = { by: actor.userId, at: deps.clock.now() };
    const isFirst = await saveAcknowledgement(tx, { orgId: actor.orgId, id }, acknowledged);
    const alert = await getAlert({ db: tx }, actor, id);
    if (isFirst) {
      await appendAudit(tx, deps.clock, actor, {
        action: "alert.acknowledge",
        target: { type: "alert", id },
        before: null,
        after: { kind: alert.kind, title: alert.title },
        outcome: "committed",
      });
    }
    return alert;
  });
}
