import type { Schedule } from "../jobs/jobs.ts";
import { type AlertDeliveryDeps, deliverAlerts } from "./alert-delivery.ts";
import { forgetOldAlerts } from "./alert-retention.ts";
import { type MonitorDeps, pullTwilioAlerts } from "./monitor-service.ts";
import { clearQuietReplyLoops } from "./reply-loop-alert.ts";

/** When alerts are sent, Twilio's are read, those of loops end, and old ones are forgotten. */
export function alertSchedules(deps: AlertDeliveryDeps & MonitorDeps): readonly Schedule[] {
  return [
    { name: "deliver-alerts", cron: "* * * * *", run: () => deliverAlerts(deps) },
    { name: "pull-twilio-alerts", cron: "*/5 * * * *", run: () => pullTwilioAlerts(deps) },
    { name: "end-reply-loop-alerts", cron: "*/5 * * * *", run: () => clearQuietReplyLoops(deps) },
    { name: "forget-old-alerts", cron: "47 * * * *", run: () => forgetOldAlerts(deps) },
  ];
}
