import { rfc2822 } from "./formats.ts";
import { type Instance, newSid } from "./instance.ts";
import { priceMessage } from "./prices.ts";
import type { MessageResource, SenderRecord } from "./resources.ts";
import { countSegments } from "./segments.ts";
import type { State } from "./state.ts";

export interface MessageSeed {
  readonly accountSid: string;
  readonly from: string | null;
  readonly to: string;
  readonly body: string;
  readonly direction: MessageResource["direction"];
  readonly status: string;
  readonly serviceSid: string | null;
  readonly mediaCount?: number;
}

/** Builds a message without keeping it: one that a Messaging Service swallows is never kept. */
export function newMessage(instance: Instance, seed: MessageSeed): MessageResource {
  const date = rfc2822(instance.options.now());
  const mediaCount = seed.mediaCount ?? 0;
  return {
    sid: newSid(instance, mediaCount > 0 ? "MM" : "SM"),
    account_sid: seed.accountSid,
    messaging_service_sid: seed.serviceSid,
    from: seed.from,
    to: seed.to,
    body: seed.body,
    direction: seed.direction,
    status: seed.status,
    num_segments:
      seed.status === "accepted" || seed.status === "scheduled" ? "0" : segmentsOf(seed.to, seed.body),
    num_media: String(mediaCount),
    price: null,
    price_unit: "USD",
    error_code: null,
    error_message: null,
    api_version: "2010-04-01",
    date_created: date,
    date_sent: seed.direction === "inbound" ? date : null,
    date_updated: date,
  };
}

export function keepMessage(instance: Instance, message: MessageResource): MessageResource {
  instance.state.days.addMessage(message, instance.options.now());
  if (instance.options.autoPrice) priceMessage(message);
  return instance.state.messages.add(message);
}

/** WhatsApp has no segments; Twilio says 1 there. */
export function segmentsOf(to: string, body: string): string {
  return to.startsWith("whatsapp:") ? "1" : String(countSegments(body));
}

export function senderById(state: State, senderId: string): SenderRecord | undefined {
  const [sender] = state.senders.group(senderId);
  return sender;
}
