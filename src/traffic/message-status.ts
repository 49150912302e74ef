// Pure: in which order the states of a message follow each other.
// https://www.twilio.com/docs/messaging/api/message-resource#message-status-values
import { RANK_STEP, RECORD_SEQUENCE } from "./status-order.ts";
import type { MessageChannel } from "./traffic-report.ts";

const KNOWN = {
  accepted: 1,
  scheduled: 1,
  queued: 2,
  receiving: 2,
  sending: 3,
  sent: 4,
  received: 5,
  partially_delivered: 4,
  delivered: 5,
  undelivered: 5,
  failed: 5,
  canceled: 5,
  read: 6,
} as const;

export type KnownMessageStatus = keyof typeof KNOWN;

const RANKS: ReadonlyMap<string, number> = new Map(Object.entries(KNOWN));

export const MESSAGE_STATUSES: readonly string[] = [...RANKS.keys()];

/** How many statuses a message's time line takes before it takes none any more that we have never heard of. */
export const MAX_TIMELINE = 32;

/** From this order on a message has left: Twilio charges for it, unless it failed or was canceled. */
export const MESSAGE_LEFT_ORDER = 4 * RANK_STEP;
/** From this order on only `read` may still come. */
export const MESSAGE_ENDED_ORDER = 5 * RANK_STEP;

/** The higher, the later. 0 for a state that we have never heard of: it is kept in its event and moves nothing. */
export function messageStatusOrder(status: string): number {
  return (RANKS.get(status) ?? 0) * RANK_STEP;
}

/** The order of a status that Twilio's own record of the message has. */
export function recordedMessageOrder(status: string): number {
  const order = messageStatusOrder(status);
  return order === 0 ? 0 : order + RECORD_SEQUENCE;
}

/** By Twilio's own naming: media have SIDs of their own, and channels a prefix in the address. */
export function channelOf(sid: string, address: string): MessageChannel {
  if (address.startsWith("whatsapp:")) return "whatsapp";
  return sid.startsWith("MM") ? "mms" : "sms";
}

/** What is counted of a message: an SMS has segments, any other is one. @param count 0 and undefined for not yet known */
export function segmentsOf(channel: MessageChannel, count: number | undefined): number | undefined {
  return channel === "sms" ? count || undefined : 1;
}
