import { type Charge, type ChargeKind, chargeOfCall, chargeOfMessage } from "./charges.ts";
import type { CallResource, MessageResource } from "./resources.ts";

/** Ten-thousandths of a dollar, so that products stay exact. */
interface Rate {
  readonly inbound: number;
  readonly outbound: number;
}

// The emulator's own figures, in the order of magnitude of real ones. They are not Twilio's price list.
const RATES: Readonly<Record<ChargeKind, Rate>> = {
  voice: { inbound: 85, outbound: 140 },
  sms: { inbound: 79, outbound: 79 },
  mms: { inbound: 200, outbound: 200 },
  whatsapp: { inbound: 50, outbound: 50 },
};

/** Sets what an ended call costs, as Twilio would some time later. */
export function priceCall(call: CallResource): void {
  call.price ??= priceOf(chargeOfCall(call));
}

// One that is only sent may still turn out to be delivered or not, and has no price until then.
const ENDED: ReadonlySet<string> = new Set(["received", "delivered", "undelivered", "read"]);

/** Sets what a message costs once it has reached its end. */
export function priceMessage(message: MessageResource): void {
  if (ENDED.has(message.status)) message.price ??= priceOf(chargeOfMessage(message));
}

/** Negative, as Twilio shows what it takes. */
function priceOf(charge: Charge | null): string | null {
  if (!charge) return null;
  const { inbound, outbound } = RATES[charge.kind];
  const rate = charge.isInbound ? inbound : outbound;
  return `-${((rate * charge.quantity) / 10_000).toFixed(4)}`;
}
