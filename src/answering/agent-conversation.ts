// Asks an agent's endpoint for its reply to a message, and puts its fallback in the place of a failure.
import type { MessageAnswer } from "../agents/message-answer.ts";
import { askAgent } from "./agent-endpoint.ts";
import { type AgentFailure, failure } from "./agent-failure.ts";
import { readReply } from "./agent-reply.ts";
import type { AnsweringDeps } from "./answering-deps.ts";
import { type InboundMessage, messageEvent } from "./inbound-message.ts";
import { NO_REPLY, type Reply, textReply } from "./reply.ts";
import type { Route } from "./route.ts";

/** A message, and who answers it. */
export interface Conversation {
  readonly message: InboundMessage;
  readonly route: Route;
  readonly receivedAt: Date;
}

export interface AskedReply {
  readonly reply: Reply;
  readonly outcome: "agent" | "fallback";
}

type WebhookAnswer = Extract<MessageAnswer, { kind: "webhook" }>;

export async function askForReply(
  deps: AnsweringDeps,
  conversation: Conversation,
  answer: WebhookAnswer,
  signal: AbortSignal,
): Promise<AskedReply> {
  const { message, route, receivedAt } = conversation;
  const asked = await askAgent(deps, route, {
    about: "message",
    url: answer.url,
    // The same however often it is sent, so that the agent can drop what it has already.
    id: message.sid,
    contentType: "application/json",
    accept: "application/json, text/xml, application/xml",
    body: JSON.stringify(messageEvent(message, route, receivedAt)),
    timeoutMs: deps.answeringLimits.agentTimeoutMs,
    signal,
  });
  if (asked.outcome === "failed") return fallback(deps, conversation, answer, asked);
  const read = readReply(asked.contentType, asked.body, message.channel);
  if (read.outcome === "read") {
    deps.answering.failingAgents.answered(route, "message");
    return { reply: read.reply, outcome: "agent" };
  }
  return fallback(deps, conversation, answer, failure("invalid_answer", read.detail));
}

function fallback(
  deps: AnsweringDeps,
  { message, route }: Conversation,
  { fallbackText }: WebhookAnswer,
  why: AgentFailure,
): AskedReply {
  deps.answering.failingAgents.failed(route, "message", message.sid, why);
  return { reply: fallbackText === undefined ? NO_REPLY : textReply(fallbackText), outcome: "fallback" };
}
