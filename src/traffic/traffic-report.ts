// What somebody tells us of a call or a message: Twilio's callbacks and webhooks, its answer to a send, its own records.
// Every source speaks through these reports, so that one rule decides what they add up to.
import type { Json } from "../base/json.ts";

export type Direction = "inbound" | "outbound";
export type MessageChannel = "sms" | "mms" | "whatsapp";

/** Whose a call or message is. Fixed when it begins. */
export interface Holder {
  readonly orgId: string;
  readonly phoneNumberId: string;
  /** Undefined while no agent was assigned. */
  readonly agentId: string | undefined;
}

interface Report {
  readonly accountSid: string;
  readonly sid: string;
  /** Where the reporter knows; else whoever had `ourAddress` at `startedAt`. */
  readonly holder?: Holder | undefined;
  /** The E.164 number of the two that would be ours. */
  readonly ourAddress: string;
  readonly direction: Direction;
  /** As Twilio says them: +14155550100, whatsapp:+14155550100, sip:a@example.com, anonymous. */
  readonly from: string;
  readonly to: string;
  readonly status: string;
  /** A report of a higher order replaces the status of a lower; see call-status.ts and message-status.ts. */
  readonly statusOrder: number;
  readonly startedAt: Date;
  /** What Twilio charges, as a positive decimal, and in which currency (USD). */
  readonly price?: string | undefined;
  readonly priceUnit?: string | undefined;
}

export interface CallReport extends Report {
  readonly kind: "call";
  /** The leg that this one was dialled from. */
  readonly parentSid?: string | undefined;
  readonly answeredAt?: Date | undefined;
  readonly endedAt?: Date | undefined;
  /** Unrounded; only of a leg that has ended. */
  readonly durationSeconds?: number | undefined;
  readonly sipCode?: number | undefined;
  readonly answeredBy?: string | undefined;
}

export interface MessageReport extends Report {
  readonly kind: "message";
  readonly channel: MessageChannel;
  readonly reportedAt: Date;
  readonly errorCode?: number | undefined;
  /** Undefined where the reporter does not know. */
  readonly segments?: number | undefined;
  readonly mediaCount?: number | undefined;
}

export type TrafficReport = CallReport | MessageReport;

/** A status callback as it came. */
export interface StatusEvent {
  readonly accountSid: string;
  /** CA…, SM… or MM… */
  readonly sid: string;
  readonly status: string;
  /** SequenceNumber of a call's callback, EventType of a message's: what tells two callbacks of one status apart. */
  readonly discriminator: string;
  /** Everything that Twilio sent; new parameters appear without notice. */
  readonly params: Json;
  readonly receivedAt: Date;
}

/** What is to become durable together. */
export interface TrafficRecord {
  readonly event?: StatusEvent | undefined;
  readonly report?: TrafficReport | undefined;
}

export interface Recorded {
  /** False when the same event was stored already. */
  readonly isNewEvent: boolean;
}

/** Where reports go; see traffic-recorder.ts. */
export interface Recorder {
  /**
   * Resolves once the record is durable.
   *
   * @throws AppError `overloaded` at once when too many wait; `database_unreachable`
   */
  record(record: TrafficRecord): Promise<Recorded>;
}
