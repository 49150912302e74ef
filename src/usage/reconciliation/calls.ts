// The calls of an account in a window. Legs that were dialled need their parents first; those that are listed before
// their parents wait for them, and at the end Twilio is asked for the parents that never came.
import pMap from "p-map";
import type { CallReport } from "../../traffic/traffic-report.ts";
import { PAGE_SIZE, readPages } from "../../twilio/sdk-pages.ts";
import { readCallRecord } from "../twilio-records.ts";
import { type Counts, NO_COUNTS, plus } from "./counts.ts";
import { FETCH_CONCURRENCY, fetchCall } from "./fetch.ts";
import { absentParents, sortLegs } from "./legs.ts";
import { listUnknownCalls } from "./reconciliation-store.ts";
import { countUnreadable, recordAll, reportsOf } from "./records.ts";
import type { Scope } from "./scope.ts";
import { datesAround } from "./window.ts";

/** So many legs wait for their parents at the most, and so many parents are asked for one by one. */
const MAX_WAITING = 1_000;

interface Progress {
  readonly counts: Counts;
  readonly waiting: readonly CallReport[];
}

export async function reconcileCalls(scope: Scope): Promise<Counts> {
  const { client, window, limits } = scope;
  const { after, before } = datesAround(window);
  const options = { startTimeAfter: after, startTimeBefore: before, pageSize: PAGE_SIZE };
  let progress: Progress = { counts: NO_COUNTS, waiting: [] };
  const isComplete = await readPages(
    () => client.sdk.calls.page(options),
    limits,
    async (records) => {
      const { reports, unreadable } = reportsOf(records, readCallRecord, scope);
      progress = await takeCalls(scope, progress, reports);
      progress = { ...progress, counts: plus(progress.counts, countUnreadable(scope.deps, unreadable)) };
    },
  );
  const adopted = await adopt(scope, progress.waiting);
  return plus(plus(progress.counts, adopted), { isComplete });
}

async function takeCalls(
  scope: Scope,
  { counts, waiting }: Progress,
  calls: readonly CallReport[],
): Promise<Progress> {
  const all = [...waiting, ...calls];
  const absent = await listUnknownCalls(scope.deps.db, scope.accountSid, absentParents(all));
  const sorted = sortLegs(all, absent);
  const recorded = plus(counts, await recordRounds(scope, sorted.rounds));
  const surplus = Math.max(0, sorted.waiting.length - MAX_WAITING);
  return {
    counts: plus(recorded, { seen: surplus, isComplete: surplus === 0 }),
    waiting: sorted.waiting.slice(surplus),
  };
}

async function recordRounds({ deps }: Scope, rounds: readonly (readonly CallReport[])[]): Promise<Counts> {
  let counts = NO_COUNTS;
  for (const round of rounds) counts = plus(counts, await recordAll(deps, round));
  return counts;
}

/**
 * Records the parents that were listed nowhere, and then their legs. Only reads, so the SDK's client may repeat it. What
 * there is no time for, a later run reads again.
 */
async function adopt(scope: Scope, legs: readonly CallReport[]): Promise<Counts> {
  const { clock, until } = scope.limits;
  const unread: string[] = [];
  const fetchInTime = async (sid: string) => {
    if (clock.now() < until) return fetchCall(scope.client, sid);
    unread.push(sid);
    return undefined;
  };
  const parents = await pMap(absentParents(legs), fetchInTime, { concurrency: FETCH_CONCURRENCY });
  const calls = [...parents.filter((parent) => parent !== undefined), ...legs];
  const { rounds, waiting } = sortLegs(calls, unread);
  const counts = await recordRounds(scope, rounds);
  return plus(counts, { seen: waiting.length, isComplete: unread.length === 0 });
}
