import type { Schedule } from "../../jobs/jobs.ts";
import { checkOpen } from "./checks.ts";
import { type RunDeps, reconcileLastDays, reconcileLastHours } from "./runs.ts";

/** When Twilio is asked for what no callback said. Minutes at which little else begins. */
export function reconciliationSchedules(deps: RunDeps): readonly Schedule[] {
  return [
    { name: "check-open-traffic", cron: "*/5 * * * *", run: async () => void (await checkOpen(deps)) },
    { name: "reconcile-hours", cron: "7 * * * *", run: () => reconcileLastHours(deps) },
    // Again and again, for whoever was down at the first time, or refused by Twilio.
    { name: "reconcile-days", cron: "23 3-23 * * *", run: () => reconcileLastDays(deps) },
  ];
}
