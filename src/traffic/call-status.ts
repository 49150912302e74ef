// Pure: in which order the states of a call follow each other.
// https://www.twilio.com/docs/voice/api/call-resource#call-status-values
import { RANK_STEP, RECORD_SEQUENCE } from "./status-order.ts";

const KNOWN = {
  queued: 1,
  initiated: 2,
  ringing: 3,
  "in-progress": 4,
  completed: 5,
  busy: 5,
  failed: 5,
  "no-answer": 5,
  canceled: 5,
} as const;

export type KnownCallStatus = keyof typeof KNOWN;

const RANKS: ReadonlyMap<string, number> = new Map(Object.entries(KNOWN));

/** From this order on a call has ended. */
export const CALL_ENDED_ORDER = 5 * RANK_STEP;

/**
 * The higher, the later. Callbacks arrive in any order, so the state decides; within one the SequenceNumber. 0 for a
 * state that we have never heard of: it is kept in its event and moves nothing.
 */
export function callStatusOrder(status: string, sequence = 0): number {
  const rank = RANKS.get(status);
  return rank === undefined ? 0 : rank * RANK_STEP + Math.min(sequence, RECORD_SEQUENCE - 1);
}

/** The order of a status that Twilio's own record of the call has. */
export function recordedCallOrder(status: string): number {
  const order = callStatusOrder(status);
  return order === 0 ? 0 : order + RECORD_SEQUENCE;
}
