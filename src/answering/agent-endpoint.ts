// Asks an agent's own endpoint what to say. Whatever goes wrong there is an outcome: somebody is waiting for an answer.

import type { Lane } from "../outbound/outbound-client.ts";
import { signingSecrets } from "../outbound/webhook-secrets.ts";
import { signWebhook } from "../outbound/webhook-signature.ts";
import { type AgentFailure, failure } from "./agent-failure.ts";
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

export type AgentAnswer =
  | { readonly outcome: "answered"; readonly contentType: string | undefined; readonly body: string }
  | AgentFailure;

const MAX_ANSWER_BYTES = 64 * 1024;
const MAX_REDIRECTS = 3;

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
