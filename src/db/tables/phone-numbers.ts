import type { Generated, GeneratedAlways } from "kysely";

export interface PhoneNumberTable {
  /** Stays the same when the number changes hands; no user sees it. */
  uid: string;
  /** The holder. */
  org_id: string;
  id: string;
  /** The organization whose Twilio account has the number. */
  operator_org_id: string;
  account_id: string;
  account_sid: string;
  sid: string;
  e164: string;
  friendly_name: string;
  capabilities: unknown;
  status: "active" | "released";
  agent_id: string | null;
  sms_enabled: boolean;
  whatsapp_enabled: boolean;
  assigned_at: Date | null;
  desired: unknown;
  observed: unknown;
  observed_at: Date | null;
  /** When a change of it last ended without being kept. */
  settled_at: Date | null;
  /** What stood in Twilio before the first assignment; what an unassignment can restore. */
  original: unknown;
  health: string;
  /** What a search looks through: the number, and its name in small letters. */
  search: GeneratedAlways<string>;
  created_at: Date;
  updated_at: Date;
}

/** Written by a trigger; what a search narrows numbers by. */
export interface PhoneNumberSearchTable {
  phone_number_uid: string;
  groups: readonly string[];
}

/** Who held a number and which agent answered it, from `since` until the number's next row; a trigger writes it. */
export interface NumberTenureTable {
  phone_number_uid: string;
  since: Date;
  account_sid: string;
  e164: string;
  org_id: string;
  phone_number_id: string;
  agent_id: string | null;
}

export interface OperationTable {
  id: string;
  org_id: string;
  phone_number_uid: string;
  kind: string;
  state: string;
  phase: string;
  intent: unknown;
  previous: unknown;
  snapshot: unknown;
  desired: unknown;
  changes: unknown;
  withheld: unknown;
  holds: unknown;
  error: unknown;
  actor: unknown;
  /** Each phase that it has come to, and when. */
  phases: Generated<unknown>;
  request_id: string;
  lease_owner: string | null;
  lease_until: Date;
  last_write_at: Date | null;
  attempts: Generated<number>;
  created_at: Date;
  updated_at: Date;
  finished_at: Date | null;
}

export interface PhoneNumbersTables {
  phone_number: PhoneNumberTable;
  phone_number_search: PhoneNumberSearchTable;
  operation: OperationTable;
  number_tenure: NumberTenureTable;
}
