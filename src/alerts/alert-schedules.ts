import type { Schedule } from "../jobs/jobs.ts";
import { type AlertDeliveryDeps, deliverAlerts } from "./alert-delivery.ts";
import { forgetOldAlerts } from "./alert-retention.ts";
import { endQuietAnsweringAlerts } from "./answering-alerts.ts";
import { type MonitorDeps, pullTwilioAlerts } from "./monitor-service.ts";

/** When alerts are sent, Twilio's are read, quiet ones end, and old ones are forgotten. */
export function alertSchedules(deps: AlertDeliveryDeps & MonitorDeps): readonly Schedule[] {
  return [
    { name: "deliver-alerts", cron: "* * * * *", run: () => deliverAlerts(deps) },
    { name: "pull-twilio-alerts", cron: "*/5 * * * *", run: () => pullTwilioAlerts(deps) },
    { name: "end-quiet-alerts", cron: "*/5 * * * *", run: () => endQuietAnsweringAlerts(deps) },
    { name: "forget-old-alerts", cron: "47 * * * *", run: () => forgetOldAlerts(deps) },
  ];
}
