import type { Generated } from "kysely";

/** Where something of an organization's is sent: its usage, its alerts. */
export interface ReceiverTable {
  org_id: string;
  url: string;
  /** Ciphertext. */
  sealed: string;
  /** In a row, since the last success. */
  failures: Generated<number>;
  last_failure: string | null;
  next_attempt_at: Date | null;
  /** When it last had its turn. */
  served_at: Date | null;
  created_at: Date;
  updated_at: Date;
}

/** Of an event in an outbox: null unless the receiver refused it for good. */
export interface RefusedColumns {
  refused_at: Date | null;
  /** What the receiver said. */
  refusal: string | null;
}

export interface ReceiversTables {
  usage_sink: ReceiverTable;
  alert_webhook: ReceiverTable;
}
