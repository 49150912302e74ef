// Pure: values out of Twilio's parameters, where anything may stand.
import type { Direction } from "./traffic-report.ts";

const MAX_ADDRESS_LENGTH = 255;
const MAX_WORD_LENGTH = 64;
/** A call lasts a day at the most; more than a week is a mistake. */
export const MAX_CALL_SECONDS = 7 * 24 * 3_600;

const MAX_INTEGER = 2 ** 31 - 1;

/** A whole number from 0 to `max`; undefined for anything else. */
export function wholeNumber(text: string, max = MAX_INTEGER): number | undefined {
  if (!/^\d{1,10}$/.test(text)) return undefined;
  const value = Number(text);
  return value <= max ? value : undefined;
}

/** A status or another word of Twilio's; they are short. */
export function wordOf(text: string): string {
  return text.slice(0, MAX_WORD_LENGTH).toWellFormed();
}

/** A phone number, a SIP or client address, or a word such as `anonymous`; cut to what an index takes. */
export function addressOf(text: string): string {
  return text.slice(0, MAX_ADDRESS_LENGTH).toWellFormed();
}

/** The bare number of an address: the part behind `whatsapp:`. */
export function numberOf(address: string): string {
  return address.replace(/^whatsapp:/, "");
}

/** Which of the two is ours, of a message or a call: WhatsApp's addresses have the prefix in both. */
export function ourNumberOf(between: {
  readonly direction: Direction;
  readonly from: string;
  readonly to: string;
}): string {
  return numberOf(between.direction === "inbound" ? between.to : between.from);
}
