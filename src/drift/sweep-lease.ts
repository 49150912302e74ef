// Whose a sweep is: one node's at a time, and only for as long as it shows signs of life.
import { addMs, type Clock } from "../base/clock.ts";
import { MINUTE_MS } from "../base/durations.ts";
import { AppError } from "../base/errors.ts";
import type { Db } from "../db/connect.ts";
import type { SweepRun } from "./sweep-run.ts";
import { beginSweep, markSwept, type SweptVerdicts } from "./sweep-store.ts";

interface LeaseDeps {
  readonly db: Db;
  readonly clock: Pick<Clock, "now">;
}

/** A page with a thousand differences that were not known takes its time. */
const LEASE_MS = 5 * MINUTE_MS;

/** @throws AppError `sweep_in_progress` */
export async function takeSweep({ db, clock }: LeaseDeps, sweep: SweepRun["sweep"]): Promise<void> {
  if (await beginSweep(db, sweep, addMs(clock.now(), LEASE_MS))) return;
  throw new AppError("sweep_in_progress", {
    detail: "Wait until it has ended; what it finds is what another one would find.",
    retryAfterSeconds: 10,
  });
}

/** Notes which numbers were seen, and stays alive. @throws AppError `sweep_in_progress` when it has lost its lease */
export async function keepSweep(
  { db, clock }: LeaseDeps,
  sweep: SweepRun["sweep"],
  numbers: readonly SweptVerdicts[] = [],
): Promise<void> {
  if (await markSwept(db, sweep, numbers, addMs(clock.now(), LEASE_MS))) return;
  throw new AppError("sweep_in_progress", {
    detail: "This sweep has shown no sign of life for minutes, and another one has taken its place.",
  });
}
