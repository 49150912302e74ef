// Pure: the order of a status is its rank times RANK_STEP, and within a rank a sequence. Which of two reports speaks is
// decided by it, in traffic-statement.ts.

export const RANK_STEP = 10_000;

/** Twilio's own record is right about everything that callbacks of the same rank say. */
export const RECORD_SEQUENCE = RANK_STEP - 1;
