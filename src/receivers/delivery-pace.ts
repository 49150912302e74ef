// Pure: how many events go in the next request of a run. Of a batch that is refused, halves are sent until the event is
// found that is meant.
import type { Delivered } from "./delivery.ts";

export interface DeliveryPace {
  /** No batch of more: one that large was too large. */
  readonly maxEvents: number;
  /** Among so many of those that come next there is one that is refused; 0 if that is not known of any. */
  readonly suspects: number;
  /** Single events that were refused since one was last taken. */
  readonly refusedInARow: number;
}

export const FULL_PACE: DeliveryPace = {
  maxEvents: Number.POSITIVE_INFINITY,
  suspects: 0,
  refusedInARow: 0,
};

export function eventsAtOnce({ maxEvents, suspects }: DeliveryPace): number {
  return suspects === 0 ? maxEvents : Math.min(maxEvents, Math.ceil(suspects / 2));
}

/** @param eventCount how many were sent */
export function nextPace(pace: DeliveryPace, answer: Delivered, eventCount: number): DeliveryPace {
  const suspects = Math.max(0, pace.suspects - eventCount);
  if (answer.outcome !== "refused") return { ...pace, suspects, refusedInARow: 0 };
  // The next one is sent by itself as well: it is often like the one before it.
  if (eventCount === 1)
    return { ...pace, suspects: Math.max(1, suspects), refusedInARow: pace.refusedInARow + 1 };
  if (answer.isTooLarge) return { ...pace, maxEvents: Math.floor(eventCount / 2) };
  return { ...pace, suspects: eventCount };
}
