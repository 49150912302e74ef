// Background work over every account that numbers are in. Bounded by time, not resumable: a run ends before its job expires,
// accounts are dealt with several at once and in an order that changes, so one with very much to do holds up neither the
// others nor the next run; what a run does not reach, the next one does.
import pMap from "p-map";
import { addMs, type Clock } from "../base/clock.ts";
import { MINUTE_MS } from "../base/durations.ts";
import { listAccountsInUse } from "./account-store.ts";
import type { ConnectionDeps } from "./any-connection.ts";

export interface EachAccountDeps extends ConnectionDeps {
  readonly clock: Clock;
}

/** @param until when the run ends: nothing more is begun after that */
type Work = (accountSid: string, until: Date) => Promise<void>;

/** Jobs expire after 15 minutes; a page that is under way takes its time. */
const RUN_MS = 12 * MINUTE_MS;
const ACCOUNTS_AT_ONCE = 4;

/** @throws AggregateError when accounts failed, once the others are done */
export async function inEachAccount(deps: EachAccountDeps, name: string, work: Work): Promise<void> {
  const { clock, log } = deps;
  const until = addMs(clock.now(), RUN_MS);
  const failures: unknown[] = [];
  const accountSids = shuffled(deps, await listAccountsInUse(deps.db));
  await pMap(
    accountSids,
    async (accountSid) => {
      if (clock.now() >= until) return log.warn({ accountSid }, `${name}.account_not_reached`);
      try {
        await work(accountSid, until);
      } catch (error) {
        log.error({ accountSid, err: error }, `${name}.account_failed`);
        failures.push(error);
      }
    },
    { concurrency: ACCOUNTS_AT_ONCE },
  );
  if (failures.length === 0) return;
  const message = `${name}: ${failures.length} of ${accountSids.length} accounts failed`;
  throw new AggregateError(failures, message);
}

/** Where time runs out, it must not always be the same that wait. */
function shuffled({ clock }: Pick<EachAccountDeps, "clock">, items: readonly string[]): readonly string[] {
  return items
    .map((item) => ({ item, place: clock.random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
