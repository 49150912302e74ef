import type { Generated } from "kysely";

export interface StatusEventTable {
  id: Generated<number>;
  account_sid: string;
  sid: string;
  status: string;
  /** SequenceNumber where Twilio sends one, else the EventType, else empty. */
  discriminator: string;
  params: unknown;
  received_at: Date;
}

/** What a call and a message have in common. `numeric` columns come as text. */
interface TrafficColumns {
  account_sid: string;
  sid: string;
  org_id: string;
  phone_number_id: string;
  agent_id: string | null;
  direction: "inbound" | "outbound";
  from_address: string;
  to_address: string;
  status: string;
  status_order: number;
  started_at: Date;
  price: string | null;
  price_unit: string | null;
  next_check_at: Date | null;
  updated_at: Date;
}

export interface CallTable extends TrafficColumns {
  parent_sid: string | null;
  answered_at: Date | null;
  ended_at: Date | null;
  duration_seconds: number | null;
  sip_code: number | null;
  answered_by: string | null;
}

export interface MessageTable extends TrafficColumns {
  channel: "sms" | "mms" | "whatsapp";
  status_times: unknown;
  error_code: number | null;
  /** Of a message that came in: why Twilio took no late reply to it. */
  reply_error_code: number | null;
  segments: number | null;
  media_count: number | null;
}

export interface LateReplyTable {
  account_sid: string;
  message_sid: string;
  claimed_at: Date;
}

/** How many messages of a sender a number has answered in a row. */
export interface ReplyRunTable {
  from_address: string;
  to_address: string;
  replies: number;
  last_at: Date;
}

export interface TrafficTables {
  status_event: StatusEventTable;
  call: CallTable;
  message: MessageTable;
  late_reply: LateReplyTable;
  reply_run: ReplyRunTable;
}
