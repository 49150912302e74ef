import type { CallResource, MessageResource } from "./resources.ts";

export type ChargeKind = "voice" | "sms" | "mms" | "whatsapp";

/** What Twilio bills for one leg or message. */
export interface Charge {
  readonly kind: ChargeKind;
  readonly isInbound: boolean;
  /** Minutes of a leg, each leg's rounded up; segments of an SMS; 1 for other messages. */
  readonly quantity: number;
}

/** Null for a call that was never answered: those are free. */
export function chargeOfCall(call: CallResource): Charge | null {
  if (call.status !== "completed" || call.start_time === null) return null;
  const quantity = Math.ceil(Number(call.duration) / 60);
  return { kind: "voice", isInbound: call.direction === "inbound", quantity };
}

// An undelivered message has left, and is billed; a failed one never did.
const BILLED: ReadonlySet<string> = new Set(["received", "sent", "delivered", "undelivered", "read"]);

/** Null for a message that did not leave, or not yet. */
export function chargeOfMessage(message: MessageResource): Charge | null {
  if (!BILLED.has(message.status)) return null;
  const kind = kindOf(message);
  const quantity = kind === "sms" ? Number(message.num_segments) : 1;
  return { kind, isInbound: message.direction === "inbound", quantity };
}

function kindOf(message: MessageResource): ChargeKind {
  if (message.to.startsWith("whatsapp:")) return "whatsapp";
  return message.num_media === "0" ? "sms" : "mms";
}
