// Pure: which of two reports speaks. The order of a status is its rank times RANK_STEP, and within a rank a sequence.
// The store decides by the same rule in SQL (traffic-statement.ts).

export const RANK_STEP = 10_000;

/** Twilio's own record is right about everything that callbacks of the same rank say. */
export const RECORD_SEQUENCE = RANK_STEP - 1;

/**
 * Whether a report replaces what is known. Callbacks of one order say the same, whichever comes first; a record of
 * Twilio's is what Twilio knew when it was read, so the one that was read last is right.
 */
export function isLater(order: number, knownOrder: number): boolean {
  return order > knownOrder || (order === knownOrder && order % RANK_STEP === RECORD_SEQUENCE);
}
