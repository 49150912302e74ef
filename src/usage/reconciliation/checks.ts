// Asks Twilio about single calls and messages of which something has been missing for too long: the end, or the segments.
import pMap from "p-map";
import { withAccount } from "../../accounts/any-connection.ts";
import { addMs } from "../../base/clock.ts";
import { MINUTE_MS } from "../../base/durations.ts";
import { nextCheckAt } from "../../traffic/check-times.ts";
import type { TrafficReport } from "../../traffic/traffic-report.ts";
import type { TwilioClient } from "../../twilio/client.ts";
import { TwilioError } from "../../twilio/twilio-error.ts";
import { listDue, type NextCheck, type OpenRow, putOff } from "./check-store.ts";
import { type Counts, NO_COUNTS, plus } from "./counts.ts";
import { FETCH_CONCURRENCY, fetchReport } from "./fetch.ts";
import { recordAll } from "./records.ts";
import type { RunDeps } from "./runs.ts";

/** What is due beyond these waits five minutes; hourly reconciliation reads a thousand at once. */
const MAX_CHECKS = 500;
/** The next run begins after five minutes. */
const RUN_MS = 4 * MINUTE_MS;

/** Whether anything comes of it or not, a call or message is asked about a few times at the most; see check-times.ts. */
export async function checkOpen(deps: RunDeps): Promise<Counts> {
  const due = await listDue(deps.db, deps.clock.now(), MAX_CHECKS);
  const until = addMs(deps.clock.now(), RUN_MS);
  let counts = NO_COUNTS;
  for (const [accountSid, rows] of Map.groupBy(due, (row) => row.accountSid)) {
    counts = plus(counts, await checkAccount(deps, accountSid, rows, until));
  }
  if (due.length > 0) deps.log.info({ due: due.length, ...counts }, "reconciliation.checked");
  return counts;
}

async function checkAccount(
  deps: RunDeps,
  accountSid: string,
  rows: readonly OpenRow[],
  until: Date,
): Promise<Counts> {
  const answers = await withAccount(deps, accountSid, (client) => askAll(deps, client, rows, until)).catch(
    (error: unknown): readonly Answer[] => {
      deps.log.error({ accountSid, err: error }, "reconciliation.account_failed");
      // As if each had been asked about, or an account that refuses us would take up every run.
      return rows.map((row) => ({ row, outcome: "failed" }));
    },
  );
  const reports = answers.flatMap((answer) => (answer.outcome === "told" ? answer.report : []));
  const counts = await recordAll(deps, reports).catch((error: unknown) => {
    deps.log.error({ accountSid, err: error }, "reconciliation.not_recorded");
    return NO_COUNTS;
  });
  // Whatever came of it: what cannot be recorded would be the first that is due for ever.
  await putOff(
    deps.db,
    answers.flatMap((answer) => nextOf(answer, deps.clock.now())),
  );
  return counts;
}

type Answer = { readonly row: OpenRow } & (
  | { readonly outcome: "told"; readonly report: TrafficReport }
  | { readonly outcome: "gone" }
  | { readonly outcome: "failed" }
  | { readonly outcome: "not_asked" }
);

/** Reads only, so the SDK's client repeats what fails; ten at once. @throws TwilioError when the credentials are refused */
async function askAll(
  deps: RunDeps,
  client: TwilioClient,
  rows: readonly OpenRow[],
  until: Date,
): Promise<readonly Answer[]> {
  const ask = async (row: OpenRow): Promise<Answer> =>
    deps.clock.now() >= until ? { row, outcome: "not_asked" } : askAbout(deps, client, row);
  return pMap(rows, ask, { concurrency: FETCH_CONCURRENCY });
}

async function askAbout(deps: RunDeps, client: TwilioClient, row: OpenRow): Promise<Answer> {
  try {
    const report = await fetchReport(client, row.sid);
    return report ? { row, outcome: "told", report } : { row, outcome: "gone" };
  } catch (error) {
    if (error instanceof TwilioError && error.isDenied) throw error;
    deps.log.warn({ sid: row.sid, err: error }, "reconciliation.check_failed");
    return { row, outcome: "failed" };
  }
}

function nextOf({ row, outcome }: Answer, now: Date): readonly NextCheck[] {
  if (outcome === "not_asked") return [];
  return [{ ...row, nextCheckAt: outcome === "gone" ? undefined : nextCheckAt(row.startedAt, now) }];
}
