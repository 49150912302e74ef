import { messageStatusOrder } from "./message-status.ts";
import type { Money } from "./money.ts";
import type { Direction, Holder, MessageChannel, MessageReport } from "./traffic-report.ts";

export interface StatusTime {
  readonly status: string;
  /** When it was first heard of. */
  readonly at: Date;
}

/** A message, with what is known of it so far. Its text is not stored. */
export interface Message {
  readonly accountSid: string;
  /** SM… or MM… */
  readonly sid: string;
  readonly phoneNumberId: string;
  /** The agent that answered the number when the message came in or went out. */
  readonly agentId: string | undefined;
  readonly channel: MessageChannel;
  readonly direction: Direction;
  /** WhatsApp addresses begin with `whatsapp:`. */
  readonly from: string;
  readonly to: string;
  readonly status: string;
  readonly timeline: readonly StatusTime[];
  readonly errorCode: number | undefined;
  /** Of a message that came in: why Twilio refused the late reply to it. */
  readonly replyErrorCode: number | undefined;
  /** Undefined while only Twilio knows. */
  readonly segments: number | undefined;
  readonly mediaCount: number | undefined;
  readonly startedAt: Date;
  /** At the organization's rates; undefined where nothing is charged or no rate is set. */
  readonly cost: Money | undefined;
  readonly twilioPrice: Money | undefined;
}

/** A message of which nothing but its report is known. */
export function messageFromReport(report: MessageReport, { phoneNumberId, agentId }: Holder): Message {
  const { accountSid, sid, channel, direction, from, to, status } = report;
  const { errorCode, segments, mediaCount, startedAt, reportedAt } = report;
  return {
    accountSid,
    sid,
    phoneNumberId,
    agentId,
    channel,
    direction,
    from,
    to,
    status,
    timeline: [{ status, at: reportedAt }],
    errorCode,
    replyErrorCode: undefined,
    segments,
    mediaCount,
    startedAt,
    cost: undefined,
    twilioPrice: undefined,
  };
}

/** Statuses are heard of in any order; they happen in one. */
export function inOrder(times: readonly StatusTime[]): readonly StatusTime[] {
  return times.toSorted(
    (a, b) => messageStatusOrder(a.status) - messageStatusOrder(b.status) || a.at.getTime() - b.at.getTime(),
  );
}
