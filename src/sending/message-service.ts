// Sends messages as an agent's number. Nothing is sent twice, whatever Twilio answers or does not.
import type { Actor } from "../auth/actor.ts";
import { clientForNumber } from "../phone-numbers/operations/operation-plan.ts";
import type { Capabilities, PhoneNumber } from "../phone-numbers/phone-number.ts";
import { getPhoneNumber } from "../phone-numbers/phone-number-lookup.ts";
import { type Message, messageFromReport } from "../traffic/message.ts";
import type { MessageReport } from "../traffic/traffic-report.ts";
import { sentStatusUrl } from "../twilio/webhook-urls.ts";
import { type Creation, createOnce } from "./create-once.ts";
import { recordSent } from "./record-sent.ts";
import { type Sender, senderOf } from "./sender.ts";
import type { RequestedSendingDeps, SendingDeps } from "./sending-deps.ts";
import { listAnsweredSids } from "./sent-store.ts";
import { createMessage, findMessages, type OutgoingMessage, whatsAppAddress } from "./twilio-messages.ts";

export interface SendMessage {
  readonly phoneNumberId: string;
  /** E.164 */
  readonly to: string;
  /** At most 1,600 characters; at least one of text and media. */
  readonly text?: string | undefined;
  /** https, at most 10; on WhatsApp one, because Twilio ignores any more. */
  readonly mediaUrls?: readonly string[] | undefined;
  readonly channel?: "sms" | "whatsapp" | undefined;
}

/**
 * @param unfinishedSince when an earlier request for the same message began, of which nobody knows how it ended
 * @throws AppError `phone_number_not_found`, `number_released`, `number_not_assigned`, `capability_missing`,
 * `sending_rate_limited`, `recipient_opted_out`, `recipient_invalid`, `whatsapp_sender_missing`, `twilio_…`: nothing was sent;
 * `send_outcome_unknown`: nobody knows
 */
export async function sendMessage(
  deps: RequestedSendingDeps,
  actor: Actor,
  input: SendMessage,
  unfinishedSince?: Date,
): Promise<Message> {
  const beganAt = deps.clock.now();
  const number = await getPhoneNumber(deps.db, actor, input.phoneNumberId);
  const sender = senderOf(number, needsOf(input));
  deps.sendingRate.take(sender);
  const creation = await creationOf(deps, number, outgoingMessage(number, sender, input));
  const { report, outcome } = await createOnce(deps.clock, creation, unfinishedSince);
  await recordSent(deps, report, { outcome, beganAt });
  return messageFromReport(report, sender);
}

function needsOf({ channel, mediaUrls = [] }: SendMessage): readonly (keyof Capabilities)[] {
  if (channel === "whatsapp") return [];
  return mediaUrls.length > 0 ? ["sms", "mms"] : ["sms"];
}

function outgoingMessage({ e164 }: PhoneNumber, holder: Sender, input: SendMessage): OutgoingMessage {
  const { to, text, mediaUrls = [], channel } = input;
  const address = channel === "whatsapp" ? whatsAppAddress : (number: string) => number;
  return { holder, from: address(e164), to: address(to), text, mediaUrls };
}

async function creationOf(
  deps: SendingDeps,
  number: PhoneNumber,
  message: OutgoingMessage,
): Promise<Creation<MessageReport>> {
  const client = await clientForNumber(deps, number);
  const statusUrl = sentStatusUrl(deps.publicUrl, deps.clock.now());
  return {
    create: () => createMessage(client, message, statusUrl),
    find: (since) => findMessages(client, message, since),
    unanswered: async (found) => {
      const sids = found.map(({ sid }) => sid);
      const answered = await listAnsweredSids(deps.db, client.accountSid, sids);
      return found.filter(({ sid }) => !answered.has(sid));
    },
  };
}
