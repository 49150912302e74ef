// The scheduled runs, over all accounts. What one does not reach, the next one does, whose window overlaps.
import { withAccount } from "../../accounts/any-connection.ts";
import { type EachAccountDeps, inEachAccount } from "../../accounts/each-account.ts";
import { dayOf, lastDays } from "../day.ts";
import { compareDays } from "./comparison.ts";
import { reconcileWindow } from "./reconciliation.ts";
import type { ReconciliationDeps } from "./scope.ts";
import { lastHours, windowOfDays } from "./window.ts";

export type RunDeps = ReconciliationDeps & EachAccountDeps;

/** Every hour: twice the time since the last run, so that one that failed is made up for. */
export async function reconcileLastHours(deps: RunDeps): Promise<void> {
  const window = lastHours(2, deps.clock.now());
  await inEachAccount(deps, "reconciliation", (accountSid, until) =>
    withAccount(deps, accountSid, async (client) => {
      await reconcileWindow(deps, client, window, until);
    }),
  );
}

/** Every day: prices and segments take up to a day, and the days are then compared with what Twilio says it charges. */
export async function reconcileLastDays(deps: RunDeps): Promise<void> {
  const now = deps.clock.now();
  const days = lastDays(3, now);
  const window = windowOfDays({ from: days.from, to: dayOf(now) }, now);
  await inEachAccount(deps, "reconciliation", (accountSid, until) =>
    withAccount(deps, accountSid, async (client) => {
      await reconcileWindow(deps, client, window, until);
      await compareDays(deps, client, days);
    }),
  );
}
