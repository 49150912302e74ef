import type { Instance } from "./instance.ts";
import { keepMessage, newMessage, senderById } from "./messages.ts";
import { noteOptOut } from "./opt-outs.ts";
import { sendMessage } from "./outbound-message.ts";
import { type Routing, routeSms, routeToConversation, routeWhatsApp } from "./precedence.ts";
import type { MessageResource } from "./resources.ts";
import { numberByPhone, serviceOf } from "./state.ts";
import type { InboundMessage, MessageResult, MessageRoute } from "./traffic-types.ts";
import type { Verb } from "./twiml.ts";
import { redirect, resolveUrl } from "./twiml-address.ts";
import { type Executed, runSession } from "./twiml-session.ts";
import { inboundMessageParams } from "./webhook-params.ts";

interface Recipient {
  readonly accountSid: string;
  readonly serviceSid: string | null;
  readonly routing: Routing<MessageRoute>;
}

/** Somebody sends an SMS or a WhatsApp message to one of the numbers. */
export async function receiveMessage(instance: Instance, input: InboundMessage): Promise<MessageResult> {
  const recipient =
    input.channel === "whatsapp" ? whatsAppRecipient(instance, input) : smsRecipient(instance, input);
  const { route } = recipient.routing;
  const message = inboundFrom(instance, input, recipient);
  noteOptOut(instance.state, message);
  if (route.kind === "disabled") {
    return { messageSid: message.sid, route, webhooks: [], twiml: null, replies: [] };
  }
  keepMessage(instance, message);
  const answered = await askForReplies(instance, message, input.mediaUrls ?? [], recipient.routing);
  return { messageSid: message.sid, route, ...answered };
}

function smsRecipient(instance: Instance, input: InboundMessage): Recipient {
  const { state } = instance;
  const number = numberByPhone(state, input.to);
  if (!number?.capabilities.sms)
    throw new Error(`There is no number ${input.to} in the emulator that takes SMS`);
  const serviceSid = serviceOf(state, number.sid)?.sid ?? null;
  const { account_sid: accountSid, phone_number: address } = number;
  const routing = captured(instance, accountSid, address) ?? routeSms(state, number);
  return { accountSid, serviceSid, routing };
}

function whatsAppRecipient(instance: Instance, input: InboundMessage): Recipient {
  const { state } = instance;
  const sender = senderById(state, withChannel(input, input.to));
  if (!sender) throw new Error(`There is no WhatsApp sender for ${input.to} in the emulator`);
  const serviceSid = serviceOf(state, sender.sid)?.sid ?? null;
  const { accountSid, senderId: address } = sender;
  const routing = captured(instance, accountSid, address) ?? routeWhatsApp(state, sender);
  return { accountSid, serviceSid, routing };
}

function captured(instance: Instance, accountSid: string, address: string): Routing<MessageRoute> | null {
  return instance.conversationsCapture ? routeToConversation(instance.state, accountSid, address) : null;
}

function withChannel({ channel }: InboundMessage, address: string): string {
  return channel === "whatsapp" ? `whatsapp:${address.replace(/^whatsapp:/, "")}` : address;
}

function inboundFrom(instance: Instance, input: InboundMessage, recipient: Recipient): MessageResource {
  return newMessage(instance, {
    accountSid: recipient.accountSid,
    serviceSid: recipient.serviceSid,
    from: withChannel(input, input.from),
    to: withChannel(input, input.to),
    body: input.body,
    direction: "inbound",
    status: "received",
    mediaCount: input.mediaUrls?.length ?? 0,
  });
}

async function askForReplies(
  instance: Instance,
  message: MessageResource,
  mediaUrls: readonly string[],
  { first, fallback }: Routing<MessageRoute>,
): Promise<Omit<MessageResult, "messageSid" | "route">> {
  const replies: MessageResource[] = [];
  if (!first) return { webhooks: [], twiml: null, replies };
  const result = await runSession(
    {
      instance,
      product: "messaging",
      accountSid: message.account_sid,
      resourceSid: message.sid,
      params: inboundMessageParams(message, mediaUrls),
      fallback,
      execute: (verbs, baseUrl) => executeReplies(instance, message, replies, verbs, baseUrl),
    },
    { ...first, kind: "message" },
  );
  return { ...result, replies: replies.map((reply) => ({ ...reply })) };
}

function executeReplies(
  instance: Instance,
  message: MessageResource,
  replies: MessageResource[],
  verbs: readonly Verb[],
  baseUrl: string,
): Executed {
  for (const verb of verbs) {
    if (verb.name === "Message" || verb.name === "Sms")
      replies.push(replyTo(instance, message, verb, baseUrl));
    if (verb.name === "Redirect") return { next: redirect(verb, baseUrl), webhooks: [] };
  }
  return { next: null, webhooks: [] };
}

function replyTo(instance: Instance, message: MessageResource, verb: Verb, baseUrl: string): MessageResource {
  const body = verb.children.find((child) => child.name === "Body")?.text ?? verb.text;
  const callback = verb.attributes.action ?? verb.attributes.statusCallback;
  return sendMessage(
    instance,
    {
      accountSid: message.account_sid,
      serviceSid: message.messaging_service_sid,
      from: verb.attributes.from ?? message.to,
      to: verb.attributes.to ?? message.from ?? "",
      body,
      direction: "outbound-reply",
      // A service chooses when and how it sends, so nothing is known of the segments yet.
      status: message.messaging_service_sid === null ? "queued" : "accepted",
      mediaCount: verb.children.filter((child) => child.name === "Media").length,
    },
    callback === undefined ? null : resolveUrl(callback, baseUrl),
  );
}
