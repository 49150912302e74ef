import type { Generated } from "kysely";

/** The last sweep of an account. */
export interface SweepTable {
  account_id: string;
  id: string;
  /** Null: it has ended. */
  lease_until: Date | null;
  started_at: Date;
  ended_at: Date | null;
  /** Why it ended before it was through. */
  failure: string | null;
  counts: unknown;
  /** When one was through with everything. */
  completed_at: Date | null;
}

/** In which sweep a number was last seen. */
export interface SweptNumberTable {
  phone_number_uid: string;
  /** null where only a verification has looked at the number. */
  sweep_id: string | null;
  lowered_at: Generated<Date | null>;
  /** Who answers the channel: a verdict. All three and when, or none of it. */
  voice: Generated<string | null>;
  sms: Generated<string | null>;
  whatsapp: Generated<string | null>;
  verdicts_seen_at: Generated<Date | null>;
}

export interface DriftTable {
  id: string;
  /** The holder, when it was opened. */
  org_id: string;
  phone_number_uid: string;
  field_class: string;
  verdict: string | null;
  reason: string;
  /** What was wanted and found, field by field. */
  fields: unknown;
  opened_at: Date;
  /** Null while there is nothing that a person was told. */
  alerted_at: Date | null;
  /** Nobody was told of what is found now. */
  is_news: Generated<boolean>;
  /** Somebody changes back what is healed, so that it is not healed any more. */
  fought_at: Date | null;
  /** Healing was refused, and is not tried before that. */
  heal_after: Date | null;
  ended_at: Date | null;
  end_reason: string | null;
}

export interface DriftPolicyTable {
  org_id: string;
  scope: "organization" | "account" | "number";
  /** What it is of: the account's id or the number's uid; empty for the organization. */
  scope_id: string;
  account_id: string | null;
  phone_number_uid: string | null;
  /** Empty for every class. */
  field_class: string;
  policy: string;
  set_at: Date;
}

export interface DriftTables {
  sweep: SweepTable;
  swept_number: SweptNumberTable;
  drift: DriftTable;
  drift_policy: DriftPolicyTable;
}
