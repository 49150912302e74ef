import { rfc2822 } from "./formats.ts";
import type { Instance } from "./instance.ts";
import { keepMessage, type MessageSeed, newMessage, segmentsOf, senderById } from "./messages.ts";
import { hasOptedOut, OPTED_OUT } from "./opt-outs.ts";
import { senderEndpoint } from "./precedence.ts";
import { priceMessage } from "./prices.ts";
import type { MessageResource } from "./resources.ts";
import { sendStatus } from "./status-callback.ts";
import type { WebhookAttempt } from "./traffic-types.ts";
import type { Endpoint } from "./twiml-session.ts";
import { messageStatusParams } from "./webhook-params.ts";

// A resource never goes back, even where its callbacks arrive in another order.
const RANKS: Readonly<Record<string, number>> = {
  accepted: 0,
  scheduled: 0,
  queued: 1,
  sending: 2,
  sent: 3,
  canceled: 4,
  failed: 4,
  undelivered: 4,
  delivered: 4,
  read: 5,
};
const QUEUED = 1;

/** Keeps an outbound message and, where the emulator runs by itself, sends it on its way. */
export function sendMessage(
  instance: Instance,
  seed: MessageSeed,
  callbackUrl: string | null,
): MessageResource {
  const message = keepMessage(instance, newMessage(instance, seed));
  if (callbackUrl !== null) instance.state.messageCallbacks.set(message.sid, callbackUrl);
  if (hasOptedOut(instance.state, message.from, message.to)) {
    keepStatus(instance, message, "failed", OPTED_OUT);
    instance.tasks.start(() => report(instance, message, "failed"));
  } else if (instance.options.autoAdvance && message.status !== "scheduled") {
    instance.tasks.start(() => runThrough(instance, message));
  }
  return message;
}

async function runThrough(instance: Instance, message: MessageResource): Promise<void> {
  const steps = ["sent", "delivered"];
  if (message.status === "accepted") steps.unshift("queued");
  for (const status of steps) {
    if (message.status === "failed") return;
    await advanceMessage(instance, message, status);
  }
}

/** Moves a message on and reports it to whoever asked. A status of lower rank is reported, but not kept. */
export async function advanceMessage(
  instance: Instance,
  message: MessageResource,
  status: string,
  errorCode: number | null = null,
): Promise<WebhookAttempt[]> {
  const rank = RANKS[status];
  if (rank === undefined) throw new Error(`${status} is not a status of an outbound message`);
  if (isRefusedByRecipient(instance, message, status)) {
    keepStatus(instance, message, "failed", OPTED_OUT);
    return report(instance, message, "failed");
  }
  if (rank > rankOf(message)) keepStatus(instance, message, status, errorCode);
  return report(instance, message, status);
}

const rankOf = (message: MessageResource): number => RANKS[message.status] ?? 0;

// Only when a service has chosen the number can it be known whether the recipient takes messages from it.
function isRefusedByRecipient(instance: Instance, message: MessageResource, status: string): boolean {
  if (message.from !== null || status === "canceled") return false;
  message.from = pickSender(instance, message);
  return hasOptedOut(instance.state, message.from, message.to);
}

async function report(
  instance: Instance,
  message: MessageResource,
  status: string,
): Promise<WebhookAttempt[]> {
  const target = statusEndpoint(instance, message);
  if (!target) return [];
  return sendStatus(instance, {
    ...target,
    product: "messaging",
    accountSid: message.account_sid,
    resourceSid: message.sid,
    params: messageStatusParams(message, status, channelSenderSid(instance, message), instance.options.now()),
  });
}

/** A message that is moved past "sent" was sent as well. */
const HAS_LEFT: ReadonlySet<string> = new Set(["sent", "delivered", "undelivered", "read"]);

function keepStatus(
  instance: Instance,
  message: MessageResource,
  status: string,
  errorCode: number | null,
): void {
  const now = rfc2822(instance.options.now());
  message.status = status;
  message.error_code = errorCode;
  message.date_updated = now;
  if (HAS_LEFT.has(status)) message.date_sent ??= now;
  // Through a service, the segments are known once the message leaves.
  if (rankOf(message) > QUEUED && status !== "canceled")
    message.num_segments = segmentsOf(message.to, message.body);
  if (instance.options.autoPrice) priceMessage(message);
}

// The service's first member that speaks the recipient's channel.
function pickSender({ state }: Instance, message: MessageResource): string | null {
  const isWhatsApp = message.to.startsWith("whatsapp:");
  for (const { sid } of state.members.group(message.messaging_service_sid ?? "")) {
    const address = isWhatsApp ? state.senders.get(sid)?.senderId : state.numbers.get(sid)?.phone_number;
    if (address !== undefined) return address;
  }
  return null;
}

/** Given with the send, else by the Messaging Service, else by the WhatsApp sender. Always POST but for the last. */
function statusEndpoint(instance: Instance, message: MessageResource): Endpoint | null {
  const { state } = instance;
  const service = state.services.get(message.messaging_service_sid ?? "");
  const url = state.messageCallbacks.get(message.sid) ?? service?.status_callback;
  if (url) return { url, method: "POST" };
  const sender = senderById(state, message.from ?? "");
  return sender ? senderEndpoint(sender, "status_callback") : null;
}

function channelSenderSid(instance: Instance, message: MessageResource): string | null {
  return senderById(instance.state, message.from ?? "")?.sid ?? null;
}
