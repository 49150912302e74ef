import { addMs } from "../base/clock.ts";
import { DAY_MS } from "../base/durations.ts";
import { inSlices, SLICING_MS } from "../base/slices.ts";
import type { EachSchedule, Schedule } from "../jobs/jobs.ts";
import type { DriftDeps } from "./drift-deps.ts";
import { deleteDriftsEndedBefore } from "./drift-store.ts";
import { sweepAccount } from "./sweep-service.ts";
import { listSweepable } from "./sweep-store.ts";

const KEPT_MS = 90 * DAY_MS;
const SLICE = 5_000;

/** Long after it ended, the audit log still tells of it. */
export function driftSchedules(deps: DriftDeps): readonly Schedule[] {
  const forget = async () => {
    const { db, clock } = deps;
    const now = clock.now();
    const forgetSome = () => deleteDriftsEndedBefore(db, addMs(now, -KEPT_MS), SLICE);
    await inSlices(clock, addMs(now, SLICING_MS), forgetSome);
  };
  return [{ name: "forget-old-drift", cron: "57 * * * *", run: forget }];
}

/** @param cron five fields, UTC */
export function sweepSchedule(deps: DriftDeps, cron: string): EachSchedule {
  return {
    name: "sweep",
    cron,
    keys: () => listSweepable(deps.db),
    run: (accountId) => sweepAccount(deps, accountId),
  };
}
