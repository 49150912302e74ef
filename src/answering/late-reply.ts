// Sends what an agent says after Twilio has been answered.
import { messageOf } from "../base/errors.ts";
import type { AskedReply, Conversation } from "./agent-conversation.ts";
import type { AnsweringDeps } from "./answering-deps.ts";
import type { InboundMessage } from "./inbound-message.ts";
import { claimLateReply } from "./late-reply-store.ts";
import type { ReplyPart } from "./reply.ts";
import { holderOf, loggedRoute } from "./route.ts";

/** Nobody is left to tell of a failure, so it is logged and counted here. */
export async function replyLate(
  deps: AnsweringDeps,
  conversation: Conversation,
  asked: Promise<AskedReply>,
): Promise<void> {
  const { message, route } = conversation;
  const facts = { sid: message.sid, ...loggedRoute(route) };
  try {
    const { reply, outcome } = await asked;
    const sent = await sendOnce(deps, conversation, reply.parts);
    deps.metrics.lateReplies.inc({ outcome: sent });
    deps.log.info({ ...facts, outcome, sent, messages: reply.parts.length }, "message.replied_late");
  } catch (error) {
    deps.metrics.lateReplies.inc({ outcome: "failed" });
    deps.log.error({ ...facts, err: error }, "message.late_reply_failed");
  }
}

/**
 * Tells a node at which the same webhook came earlier, and whose agent still thinks, that this one has replied. Nobody
 * waits for it: Twilio must be answered when nothing can be stored.
 */
export function noteReply(deps: Pick<AnsweringDeps, "db" | "clock" | "log">, message: InboundMessage): void {
  claimLateReply(deps.db, message, deps.clock.now()).catch((error: unknown) => {
    deps.log.warn({ sid: message.sid, reason: messageOf(error) }, "message.reply_not_noted");
  });
}

type Sent =
  | "sent"
  /** One of its messages, or more, did not go out. */
  | "failed"
  /** Whoever wrote has sent STOP. */
  | "opted_out"
  /** The agent had nothing to say. */
  | "nothing"
  /** Left out, to end a loop. */
  | "cut"
  /** The same webhook came to another node, which replies or has replied. */
  | "elsewhere";

async function sendOnce(
  deps: AnsweringDeps,
  conversation: Conversation,
  parts: readonly ReplyPart[],
): Promise<Sent> {
  const { message, route } = conversation;
  if (parts.length === 0) return "nothing";
  // Claimed before it is sent: a reply that is lost is better than one that is sent twice.
  if (!(await claimLateReply(deps.db, message, deps.clock.now()))) return "elsewhere";
  if (!deps.answering.replyLoops.mayReply(message, parts)) return cut(deps, conversation);
  const { accountSid, sid: inReplyTo, from: to, to: from } = message;
  const holder = holderOf(route);
  let sent: Sent = "sent";
  // One after the other: they are read in this order.
  for (const part of parts) {
    if (!isBetween(message, part)) {
      deps.log.warn({ sid: message.sid, ...loggedRoute(route) }, "message.late_reply_to_another");
      sent = "failed";
      continue;
    }
    const { text, mediaUrls } = part;
    const outcome = await deps.sendReply({ accountSid, inReplyTo, from, to, holder, text, mediaUrls });
    // They want none of the others either.
    if (outcome === "opted_out") return outcome;
    if (outcome === "failed") sent = "failed";
  }
  return sent;
}

function cut({ answering }: AnsweringDeps, { route, message }: Conversation): Sent {
  answering.cutLoops.note(route, message);
  return "cut";
}

/** Whether it goes back to whoever has written. To others, or as another number, an agent writes in time or by itself. */
function isBetween({ from, to }: InboundMessage, part: ReplyPart): boolean {
  return (part.to ?? from) === from && (part.from ?? to) === to;
}
