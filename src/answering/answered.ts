// How a call or a message was answered.

export type AnswerOutcome =
  /** As the agent answers. */
  | "agent"
  /** The agent failed, and its fallback took its place. */
  | "fallback"
  /** The agent is still thinking, and will reply by itself. */
  | "later"
  /** Left without a reply, to end a loop. */
  | "cut"
  /** No agent is assigned. */
  | "nobody";

export interface Answered {
  readonly twiml: string;
  readonly outcome: AnswerOutcome;
}
