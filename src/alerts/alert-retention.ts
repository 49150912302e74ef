// What may be forgotten: alerts that were resolved long ago, and which of Twilio's alerts were counted, once they are too
// old to be read again.
import { addMs, type Clock } from "../base/clock.ts";
import { DAY_MS } from "../base/durations.ts";
import type { Logger } from "../base/log.ts";
import type { Db } from "../db/connect.ts";
import { deleteAlertsResolvedBefore } from "./alert-store.ts";
import { forgetCountedBefore } from "./monitor-store.ts";
import { MAX_LOOK_BACK_MS } from "./monitor-window.ts";

export interface AlertRetentionDeps {
  readonly db: Db;
  readonly clock: Pick<Clock, "now">;
  readonly log: Logger;
}

const RESOLVED_MS = 90 * DAY_MS;

export async function forgetOldAlerts({ db, clock, log }: AlertRetentionDeps): Promise<void> {
  const now = clock.now();
  const alerts = await deleteAlertsResolvedBefore(db, addMs(now, -RESOLVED_MS));
  const counted = await forgetCountedBefore(db, addMs(now, -2 * MAX_LOOK_BACK_MS));
  log.info({ alerts, counted }, "alerts.forgotten");
}
