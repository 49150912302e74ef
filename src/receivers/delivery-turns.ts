// One run over everybody who has something to take: fair to each, however slow the others are, and over within a minute.
import pMap from "p-map";
import { backoffMs } from "../base/backoff.ts";
import { addMs, type Clock } from "../base/clock.ts";
import { HOUR_MS } from "../base/durations.ts";
import type { Logger } from "../base/log.ts";

const RECEIVERS_AT_ONCE = 8;
/** Nothing is begun later: the next run follows within the minute. */
const RUN_MS = 50_000;
const PAUSE = { firstMs: 30_000, maxMs: HOUR_MS };
/** Of the pause: receivers are different servers, and nothing is gained by spreading them out. */
const WHOLE = 1;

/**
 * What goes wrong with one receiver is logged, and keeps the run neither from the others nor from ending after them.
 *
 * @param receivers whose turn is longest ago first: whom this run does not reach must come before them in the next
 * @param serve sends until `isOver` says that the time is up
 */
export async function inTurns<T extends { readonly orgId: string }>(
  { clock, log }: { readonly clock: Pick<Clock, "now">; readonly log: Pick<Logger, "error"> },
  receivers: readonly T[],
  serve: (receiver: T, isOver: () => boolean) => Promise<void>,
): Promise<void> {
  const endsAt = addMs(clock.now(), RUN_MS);
  const isOver = () => clock.now() >= endsAt;
  const takeTurn = async (receiver: T) => {
    if (isOver()) return;
    try {
      await serve(receiver, isOver);
    } catch (err) {
      log.error({ orgId: receiver.orgId, err }, "delivery.turn_failed");
    }
  };
  await pMap(receivers, takeTurn, { concurrency: RECEIVERS_AT_ONCE });
}

/** When a receiver is tried again: ever more rarely, but once an hour at least. */
export function nextAttemptAt(clock: Pick<Clock, "now">, failures: number): Date {
  return addMs(clock.now(), backoffMs(failures, WHOLE, PAUSE));
}
