import type { MessageResource } from "./resources.ts";
import type { State } from "./state.ts";

/** What Twilio's API answers, and what a reply fails with, once the recipient has opted out. */
export const OPTED_OUT = 21_610;

const STOP: ReadonlySet<string> = new Set(["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"]);
const START: ReadonlySet<string> = new Set(["START", "YES", "UNSTOP"]);

const pair = (number: string, recipient: string): string => `${number} ${recipient}`;

/** Reads an inbound SMS for the words that end and begin a subscription to the number it was sent to. */
export function noteOptOut(state: State, { from, to, body }: MessageResource): void {
  // WhatsApp has its own way of blocking a business.
  if (from === null || from.startsWith("whatsapp:")) return;
  const word = body.trim().toUpperCase();
  if (STOP.has(word)) state.optOuts.add(pair(to, from));
  if (START.has(word)) state.optOuts.delete(pair(to, from));
}

export function hasOptedOut(state: State, number: string | null, recipient: string): boolean {
  return number !== null && state.optOuts.has(pair(number, recipient));
}
