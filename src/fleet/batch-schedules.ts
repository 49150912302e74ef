import { addMs } from "../base/clock.ts";
import { DAY_MS } from "../base/durations.ts";
import { inSlices, SLICING_MS } from "../base/slices.ts";
import type { Schedule } from "../jobs/jobs.ts";
import { listDueBatches } from "./batch-lease-store.ts";
import { deletePlansBefore } from "./batch-store.ts";
import type { FleetDeps } from "./fleet-deps.ts";

const MAX_TAKEN = 100;
const OLD_PLANS_MS = 7 * DAY_MS;
/** Each may be of a whole fleet. */
const PLANS_PER_SLICE = 5;

type DueDeps = Pick<FleetDeps, "db" | "clock" | "batchRunners">;

/** Begins what nobody runs: what a node has left behind, or had no room for. Batches take hours, so nobody waits for them. */
export async function beginDueBatches(deps: DueDeps): Promise<void> {
  void (await startDue(deps));
}

/** The same, until these runs have ended. */
export async function runDueBatches(deps: DueDeps): Promise<void> {
  await Promise.all(await startDue(deps));
}

async function startDue({ db, clock, batchRunners }: DueDeps): Promise<readonly Promise<void>[]> {
  const due = await listDueBatches(db, clock.now(), MAX_TAKEN);
  return due.map((batch) => batchRunners.start(batch));
}

async function forgetOldPlans({ db, clock }: DueDeps): Promise<void> {
  const now = clock.now();
  const forgetSome = () => deletePlansBefore(db, addMs(now, -OLD_PLANS_MS), PLANS_PER_SLICE);
  await inSlices(clock, addMs(now, SLICING_MS), forgetSome);
}

export function batchSchedules(deps: FleetDeps): readonly Schedule[] {
  return [
    { name: "run-batches", cron: "* * * * *", run: () => beginDueBatches(deps) },
    {
      name: "forget-old-plans",
      cron: "47 * * * *",
      run: () => forgetOldPlans(deps),
    },
  ];
}
