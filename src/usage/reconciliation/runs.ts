// The scheduled runs, over all accounts. What one does not reach, the next one does: the hourly windows overlap, and the daily
// run knows for each account how far it has come.
import { withAccount } from "../../accounts/any-connection.ts";
import { type EachAccountDeps, inEachAccount } from "../../accounts/each-account.ts";
import type { TwilioClient } from "../../twilio/client.ts";
import { dayOf, daysAfter, lastDays } from "../day.ts";
import { catchUp, missedDays } from "./catch-up.ts";
import { compareDays } from "./comparison.ts";
import { reconcileWindow } from "./reconciliation.ts";
import { beginPosition, savePosition } from "./reconciliation-store.ts";
import type { ReconciliationDeps } from "./scope.ts";
import { lastHours, windowOfDays } from "./window.ts";

export type RunDeps = ReconciliationDeps & EachAccountDeps;

/** Every hour: twice the time since the last run, so that one that failed is made up for. */
export async function reconcileLastHours(deps: RunDeps): Promise<void> {
  const now = deps.clock.now();
  const window = lastHours(2, now);
  await inEachAccount(deps, "reconciliation", async (accountSid, until) => {
    // Before Twilio is asked: an account that refuses us from the beginning is made up for as well.
    await beginPosition(deps.db, accountSid, dayOf(now));
    await withAccount(deps, accountSid, async (client) => {
      await reconcileWindow(deps, client, window, until);
    });
  });
}

/** Every day: prices and segments take up to a day, and the days are then compared with what Twilio says it charges. */
export async function reconcileLastDays(deps: RunDeps): Promise<void> {
  await inEachAccount(deps, "reconciliation", (accountSid, until) =>
    withAccount(deps, accountSid, (client) => reconcileDaysOf(deps, client, until)),
  );
}

async function reconcileDaysOf(deps: RunDeps, client: TwilioClient, until: Date): Promise<void> {
  const { db, clock } = deps;
  const now = clock.now();
  const days = lastDays(3, now);
  const window = windowOfDays({ from: days.from, to: dayOf(now) }, now);
  const missed = await missedDays(deps, client.accountSid, days.from);
  // The last days first, which a day of long ago that cannot be read must not hold up; and half of the time is left for those.
  const { isComplete } = await reconcileWindow(
    deps,
    client,
    window,
    missed.length > 0 ? halfWay(now, until) : until,
  );
  await compareDays(deps, client, days);
  const isCaughtUp = await catchUp(deps, client, missed, until);
  // Tomorrow's run begins with the day after the first of these.
  if (isCaughtUp && isComplete) await savePosition(db, client.accountSid, daysAfter(days.from, 1));
}

function halfWay(from: Date, to: Date): Date {
  return new Date((from.getTime() + to.getTime()) / 2);
}
