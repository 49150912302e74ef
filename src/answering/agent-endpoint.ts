// Asks an agent's own endpoint what to say. Whatever goes wrong there is an outcome: somebody is waiting for an answer.

import type { OutboundFailureReason } from "../outbound/outbound-answer.ts";
import type { Lane } from "../outbound/outbound-client.ts";
import { signingSecrets } from "../outbound/webhook-secrets.ts";
import { signWebhook } from "../outbound/webhook-signature.ts";
import type { AnsweringDeps } from "./answering-deps.ts";
import type { Route } from "./route.ts";

export interface AgentQuestion {
  readonly about: Extract<Lane, "call" | "message">;
  readonly url: string;
  /** The same when the same question comes again. */
  readonly id: string;
  readonly contentType: string;
  readonly accept: string;
  readonly body: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

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

export type AgentAnswer =
  | { readonly outcome: "answered"; readonly contentType: string | undefined; readonly body: string }
  | AgentFailure;

const MAX_ANSWER_BYTES = 64 * 1024;
const MAX_REDIRECTS = 3;
/** A parser quotes what it does not understand, and that may be all of an answer. */
const MAX_DETAIL_CHARACTERS = 300;

/** Asks once. Repeating it would make the agent answer twice. */
export async function askAgent(
  deps: Pick<AnsweringDeps, "outbound" | "clock">,
  { webhookSecrets }: Pick<Route, "webhookSecrets">,
  question: AgentQuestion,
): Promise<AgentAnswer> {
  if (!webhookSecrets) return failure("unsigned", "The agent's webhook secret cannot be read.");
  const { about: lane, url, id, contentType, accept, body, timeoutMs, signal } = question;
  const timestamp = deps.clock.now();
  const secrets = signingSecrets(webhookSecrets, timestamp);
  const signature = signWebhook({ id, timestamp, body, secrets });
  const request = {
    lane,
    url,
    method: "POST",
    headers: { ...signature, "content-type": contentType, accept },
    body,
    timeoutMs,
    maxResponseBytes: MAX_ANSWER_BYTES,
    maxRedirects: MAX_REDIRECTS,
    ...(signal ? { signal } : {}),
  } as const;
  try {
    const answer = await deps.outbound.request(request);
    if (answer.outcome === "failed") return answer;
    if (answer.status >= 200 && answer.status < 300) return { ...answer, outcome: "answered" };
    return failure("status", `The endpoint answered with the status ${answer.status}.`);
  } catch (error) {
    if (signal?.aborted) return failure("given_up", "The endpoint was not waited for any longer.");
    throw error;
  }
}

export function failure(reason: AgentFailureReason, detail: string): AgentFailure {
  return { outcome: "failed", reason, detail: detail.slice(0, MAX_DETAIL_CHARACTERS) };
}
