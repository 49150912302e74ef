// What runs in the background, and when.
import { alertSchedules } from "./alerts/alert-schedules.ts";
import { addMs } from "./base/clock.ts";
import { DAY_MS } from "./base/durations.ts";
import { driftSchedules, sweepSchedule } from "./drift/drift-schedules.ts";
import { batchSchedules } from "./fleet/batch-schedules.ts";
import { forgetKeysBefore } from "./http/idempotency-store.ts";
import type { EachSchedule, Schedule } from "./jobs/jobs.ts";
import type { RootDeps } from "./library-api.ts";
import { recoverOperations } from "./phone-numbers/operations/recovery-service.ts";
import { forgetOldTraffic } from "./traffic/traffic-retention.ts";
import { reconciliationSchedules } from "./usage/reconciliation/schedules.ts";
import { deliverUsage } from "./usage/sink-delivery.ts";

const IDEMPOTENCY_KEY_AGE_MS = DAY_MS;

export function schedules(deps: RootDeps, sweepCron: string): readonly (Schedule | EachSchedule)[] {
  return [
    {
      name: "recover-operations",
      cron: "* * * * *",
      run: async () => void (await recoverOperations(deps)),
    },
    {
      name: "forget-idempotency-keys",
      cron: "17 * * * *",
      run: () => forgetKeysBefore(deps.db, addMs(deps.clock.now(), -IDEMPOTENCY_KEY_AGE_MS)),
    },
    { name: "forget-old-traffic", cron: "37 * * * *", run: () => forgetOldTraffic(deps) },
    ...batchSchedules(deps),
    ...reconciliationSchedules(deps),
    { name: "deliver-usage", cron: "* * * * *", run: () => deliverUsage(deps) },
    ...alertSchedules(deps),
    ...driftSchedules(deps),
    sweepSchedule(deps, sweepCron),
  ];
}
