// A message waits for a reply. Twilio does not wait for long, so an agent that thinks for longer replies by itself.
import type { MessageAnswer } from "../agents/message-answer.ts";
import { within } from "../base/deadline.ts";
import { sentStatusUrl } from "../twilio/webhook-urls.ts";
import { type AskedReply, askForReply, type Conversation } from "./agent-conversation.ts";
import type { Answered, AnswerOutcome } from "./answered.ts";
import type { AnsweringDeps } from "./answering-deps.ts";
import { type InboundMessage, messageReport } from "./inbound-message.ts";
import { noteReply, replyLate } from "./late-reply.ts";
import { messageTwiml } from "./message-twiml.ts";
import { type Reply, textReply } from "./reply.ts";
import { reportTraffic } from "./report-traffic.ts";
import { loggedRoute } from "./route.ts";
import { EMPTY_MESSAGE_TWIML } from "./twiml.ts";

type WebhookAnswer = Extract<MessageAnswer, { kind: "webhook" }>;

/** One message gets one answer, whichever of our URLs it comes through and however often. */
export async function answerMessage(
  deps: AnsweringDeps,
  message: InboundMessage,
  namedAgentId: string | undefined,
): Promise<string> {
  const key = `${message.accountSid} ${message.sid}`;
  const { twiml } = await deps.answering.memory.once(key, () => answerAnew(deps, message, namedAgentId));
  return twiml;
}

async function answerAnew(
  deps: AnsweringDeps,
  message: InboundMessage,
  namedAgentId: string | undefined,
): Promise<Answered> {
  const startedAt = deps.clock.now();
  const route = deps.routingTable.find(message.accountSid, message.ourNumber);
  reportTraffic(deps, messageReport(message, route, startedAt));
  const answered = route
    ? await answerBy(deps, { message, route, receivedAt: startedAt })
    : noReply("nobody");
  const durationMs = deps.clock.now().getTime() - startedAt.getTime();
  const { outcome } = answered;
  const { sid, channel } = message;
  deps.metrics.answers.inc({ kind: "message", outcome });
  const facts = { sid, channel, ...loggedRoute(route), kind: route?.messaging.kind };
  deps.log.info({ ...facts, outcome, durationMs }, "message.answered");
  if (route) deps.answering.staleUrls.note(route, namedAgentId);
  if (route && outcome === "cut") deps.answering.cutLoops.note(route, message);
  return answered;
}

async function answerBy(deps: AnsweringDeps, conversation: Conversation): Promise<Answered> {
  const { message, route } = conversation;
  const { messaging } = route;
  if (messaging.kind === "none") return noReply("agent");
  if (deps.answering.replyLoops.isLooping(message)) return noReply("cut");
  if (messaging.kind === "reply") {
    return replyNow(deps, conversation, textReply(messaging.text), "agent");
  }
  return askInTime(deps, conversation, messaging);
}

async function askInTime(
  deps: AnsweringDeps,
  conversation: Conversation,
  answer: WebhookAnswer,
): Promise<Answered> {
  const abort = new AbortController();
  const asked = askForReply(deps, conversation, answer, abort.signal);
  const inTime = await within(deps.clock, deps.answeringLimits.replyWithinMs, asked);
  if (inTime) return replyOnce(deps, conversation, inTime);
  const work = { abort, orgId: conversation.route.orgId };
  const isTakenOn = deps.answering.lateWork.takeOn(() => replyLate(deps, conversation, asked), work);
  if (isTakenOn) return noReply("later");
  abort.abort();
  return replyOnce(deps, conversation, await asked);
}

function replyOnce(
  deps: AnsweringDeps,
  conversation: Conversation,
  { reply, outcome }: AskedReply,
): Answered {
  if (reply.parts.length > 0) noteReply(deps, conversation.message);
  return replyNow(deps, conversation, reply, outcome);
}

function replyNow(
  deps: AnsweringDeps,
  { message, receivedAt }: Conversation,
  { parts, twiml }: Reply,
  outcome: AnswerOutcome,
): Answered {
  if (!deps.answering.replyLoops.mayReply(message, parts)) return noReply("cut");
  const statusUrl = sentStatusUrl(deps.publicUrl, receivedAt);
  return { twiml: twiml ?? messageTwiml(parts, statusUrl), outcome };
}

function noReply(outcome: AnswerOutcome): Answered {
  return { twiml: EMPTY_MESSAGE_TWIML, outcome };
}
