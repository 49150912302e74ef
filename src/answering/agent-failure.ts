// What can go wrong with an agent's endpoint.
import type { OutboundFailureReason } from "../outbound/outbound-answer.ts";

/** A parser quotes what it does not understand, and that may be all of an answer. */
const MAX_DETAIL_CHARACTERS = 300;

export type AgentFailureReason =
  | OutboundFailureReason
  /** Not a 2xx. */
  | "status"
  /** An answer that is none of those that an agent may give. */
  | "invalid_answer"
  /** The agent has no secret that could be read, and an unsigned request would be believed by nobody. */
  | "unsigned"
  /** Given up, because too much was under way or this server stops. */
  | "given_up";

export interface AgentFailure {
  readonly outcome: "failed";
  readonly reason: AgentFailureReason;
  /** For the owner of the endpoint. */
  readonly detail: string;
}

export function failure(reason: AgentFailureReason, detail: string): AgentFailure {
  return { outcome: "failed", reason, detail: detail.slice(0, MAX_DETAIL_CHARACTERS) };
}
