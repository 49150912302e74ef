// The scheduled runs, over all accounts. What one does not reach, the next one does: the hourly windows overlap, and the daily
// run knows for each account how far it has come.
import { withAccount } from "../../accounts/any-connection.ts";
import { type EachAccountDeps, inEachAccount } from "../../accounts/each-account.ts";
import type { TwilioClient } from "../../twilio/client.ts";
import { type Days, dayOf, daysAfter, daysBetween, lastDays } from "../day.ts";
import { catchUp } from "./catch-up.ts";
import { compareDays } from "./comparison.ts";
import { reconcileWindow } from "./reconciliation.ts";
import { beginPosition, findPosition, savePosition } from "./reconciliation-store.ts";
import type { ReconciliationDeps } from "./scope.ts";
import { lastHours, windowOfDays } from "./window.ts";

export type RunDeps = ReconciliationDeps & EachAccountDeps;

/** Before today: prices and segments take up to a day, and Twilio lists some things late. */
const DAYS = 3;

/** Every hour: twice the time since the last run, so that one that failed is made up for. */
export async function reconcileLastHours(deps: RunDeps): Promise<void> {
  const now = deps.clock.now();
  const window = lastHours(2, now);
  await inEachAccount(deps, "reconciliation", async (accountSid, until) => {
    // Before Twilio is asked: an account that refuses us from the beginning is made up for as well.
    await beginPosition(deps.db, accountSid, lastDays(DAYS, now).from);
    await withAccount(deps, accountSid, async (client) => {
      await reconcileWindow(deps, client, window, until);
    });
  });
}

/**
 * Once a day for each account: its last days, which are then compared with what Twilio says it charges. Called again, it deals with
 * the accounts that are not done for today.
 */
export async function reconcileLastDays(deps: RunDeps): Promise<void> {
  const now = deps.clock.now();
  const days = lastDays(DAYS, now);
  await inEachAccount(deps, "reconciliation", async (accountSid, until) => {
    const position = await findPosition(deps.db, accountSid);
    if (position !== undefined && position > days.from) return;
    const missed = position === undefined ? [] : daysBetween(position, days.from);
    await withAccount(deps, accountSid, (client) => reconcileDaysOf(deps, client, { days, missed, until }));
  });
}

interface DailyRun {
  readonly days: Days;
  /** Those before them that were not read since they were over for some days. */
  readonly missed: readonly string[];
  readonly until: Date;
}

async function reconcileDaysOf(
  deps: RunDeps,
  client: TwilioClient,
  { days, missed, until }: DailyRun,
): Promise<void> {
  const now = deps.clock.now();
  const window = windowOfDays({ from: days.from, to: dayOf(now) }, now);
  // First, for a day of long ago that cannot be read must not hold them up; but half of the time is left for such days.
  const recentUntil = missed.length > 0 ? halfWay(now, until) : until;
  const { isComplete } = await reconcileWindow(deps, client, window, recentUntil);
  const isCaughtUp = await catchUp(deps, client, missed, until);
  // Tomorrow's run begins with the day after the first of these.
  if (isComplete && isCaughtUp) await savePosition(deps.db, client.accountSid, daysAfter(days.from, 1));
  await compareDays(deps, client, days);
}

function halfWay(from: Date, to: Date): Date {
  return new Date((from.getTime() + to.getTime()) / 2);
}
