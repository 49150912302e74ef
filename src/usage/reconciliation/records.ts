import type { Clock } from "../../base/clock.ts";
import type { Metrics } from "../../base/metrics.ts";
import type { Db } from "../../db/connect.ts";
import { repeatOnDeadlock } from "../../db/deadlocks.ts";
import type { TrafficReport } from "../../traffic/traffic-report.ts";
import { recordReports } from "../../traffic/traffic-store.ts";
import type { TwilioRecord } from "../twilio-records.ts";
import { type Counts, NO_COUNTS, plus } from "./counts.ts";
import { isWithin, type Window } from "./window.ts";

export interface RecordDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

interface PageReports<Report> {
  readonly reports: readonly Report[];
  readonly unreadable: number;
}

/** What a page says of the account in the window. */
export function reportsOf<Listed, Report extends TrafficReport>(
  records: readonly Listed[],
  read: (record: Listed) => TwilioRecord<Report> | undefined,
  { accountSid, window }: { readonly accountSid: string; readonly window: Window },
): PageReports<Report> {
  const known = records
    .flatMap((record) => read(record) ?? [])
    .filter(({ report }) => report.accountSid === accountSid);
  return {
    reports: known.filter(({ listedAt }) => isWithin(window, listedAt)).map(({ report }) => report),
    unreadable: records.length - known.length,
  };
}

/** Makes reports durable in one transaction. Safe to repeat: what is recorded already changes nothing. */
export async function recordAll(deps: RecordDeps, reports: readonly TrafficReport[]): Promise<Counts> {
  if (reports.length === 0) return NO_COUNTS;
  const difference = await repeatOnDeadlock(() => recordReports(deps.db, reports, deps.clock.now()));
  const seen = new Set(reports.map(({ sid }) => sid)).size;
  const { held: recorded, charges, corrections } = difference;
  return counted(deps, plus(NO_COUNTS, { seen, recorded, nobodys: seen - recorded, charges, corrections }));
}

export function countUnreadable(deps: Pick<RecordDeps, "metrics">, unreadable: number): Counts {
  return counted(deps, plus(NO_COUNTS, { seen: unreadable, unreadable }));
}

function counted({ metrics }: Pick<RecordDeps, "metrics">, counts: Counts): Counts {
  const { recorded, nobodys, unreadable, charges, corrections } = counts;
  for (const [found, count] of Object.entries({ recorded, nobodys, unreadable, charges, corrections })) {
    metrics.reconciled.inc({ found }, count);
  }
  return counts;
}
