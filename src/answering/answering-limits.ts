export interface AnsweringLimits {
  /** After how long Twilio gets an answer to a message, with the agent's reply or without. */
  readonly replyWithinMs: number;
  /** How long an agent may take over a message altogether. */
  readonly agentTimeoutMs: number;
  /** How many agents may be late at once, and of one organization at most four fifths of that. */
  readonly maxLateReplies: number;
  /** How long a stop waits for them. */
  readonly stopGraceMs: number;
}

// Twilio waits for 15 s; we tell it to give up after 8 (twilio/webhook-urls.ts), and the way back takes time as well.
export const DEFAULT_LIMITS: AnsweringLimits = {
  replyWithinMs: 4_500,
  agentTimeoutMs: 60_000,
  maxLateReplies: 500,
  stopGraceMs: 10_000,
};
