// The scheduled runs, over all accounts. Bounded by time, not resumable: a run ends before its job expires, accounts are
// read several at once and in an order that changes, so one with very many calls holds up neither the others nor the next
// run; what a run does not reach, the next one does, whose window overlaps.
import pMap from "p-map";
import { addMs } from "../base/clock.ts";
import type { TwilioClient } from "../twilio/client.ts";
import { reconcileWindow } from "./reconciliation.ts";
import { type ConnectionDeps, withAccount } from "./reconciliation-accounts.ts";
import { compareDays } from "./reconciliation-comparison.ts";
import type { ReconciliationDeps } from "./reconciliation-scope.ts";
import { listAccountsInUse } from "./reconciliation-store.ts";
import { dayOf, lastDays, lastHours, windowOfDays } from "./reconciliation-window.ts";

export type RunDeps = ReconciliationDeps & ConnectionDeps;

/** Jobs expire after 15 minutes; a page that is under way takes its time. */
const RUN_MS = 12 * 60_000;
const ACCOUNTS_AT_ONCE = 4;

/** Every hour: twice the time since the last run, so that one that failed is made up for. */
export async function reconcileLastHours(deps: RunDeps): Promise<void> {
  const window = lastHours(2, deps.clock.now());
  await inEachAccount(deps, async (client, until) => {
    await reconcileWindow(deps, client, window, until);
  });
}

/** Every day: prices and segments take up to a day, and the days are then compared with what Twilio says it charges. */
export async function reconcileLastDays(deps: RunDeps): Promise<void> {
  const now = deps.clock.now();
  const days = lastDays(3, now);
  const window = windowOfDays({ from: days.from, to: dayOf(now) }, now);
  await inEachAccount(deps, async (client, until) => {
    await reconcileWindow(deps, client, window, until);
    await compareDays(deps, client, days);
  });
}

type Work = (client: TwilioClient, until: Date) => Promise<void>;

/** @throws AggregateError when accounts failed, once the others are done */
async function inEachAccount(deps: RunDeps, work: Work): Promise<void> {
  const { clock, log } = deps;
  const until = addMs(clock.now(), RUN_MS);
  const failures: unknown[] = [];
  const accountSids = shuffled(deps, await listAccountsInUse(deps.db));
  await pMap(
    accountSids,
    async (accountSid) => {
      if (clock.now() >= until) return log.warn({ accountSid }, "reconciliation.account_not_reached");
      try {
        await withAccount(deps, accountSid, (client) => work(client, until));
      } catch (error) {
        log.error({ accountSid, err: error }, "reconciliation.account_failed");
        failures.push(error);
      }
    },
    { concurrency: ACCOUNTS_AT_ONCE },
  );
  if (failures.length === 0) return;
  const message = `${failures.length} of ${accountSids.length} accounts could not be reconciled`;
  throw new AggregateError(failures, message);
}

/** Where time runs out, it must not always be the same that wait. */
function shuffled({ clock }: Pick<RunDeps, "clock">, items: readonly string[]): readonly string[] {
  return items
    .map((item) => ({ item, place: clock.random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
