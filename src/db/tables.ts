// The tables as Kysely sees them: one interface a table, columns as in SQL. The DDL is in migrations/.
import type { Generated, GeneratedAlways } from "kysely";

export interface TwilioAccountTable {
  id: string;
  org_id: string;
  sid: string;
  parent_sid: string | null;
  friendly_name: string;
  status: string;
  /** Ciphertext; see base/vault.ts. */
  credentials: string;
  created_at: Date;
  updated_at: Date;
}

export interface AgentTable {
  org_id: string;
  id: string;
  name: string;
  voice: unknown;
  messaging: unknown;
  /** Ciphertext; null until the agent has a webhook. */
  webhook_secrets: string | null;
  created_at: Date;
  updated_at: Date;
}

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

export interface BatchTable {
  id: string;
  org_id: string;
  state: string;
  intent: unknown;
  selection: unknown;
  /** The numbers that the selection names, in the order of their ids; null for any other selection. */
  number_ids: unknown;
  selected_count: number;
  /** Who planned it. */
  actor: unknown;
  applied_by: unknown;
  /** How it is to be applied as soon as it is planned; null when somebody wants to see the plan first. */
  apply_when_planned: unknown;
  canary_size: number | null;
  failure_budget: number | null;
  canary_verified_at: Date | null;
  stopped: unknown;
  undoes: string | null;
  /** How far planning has come; null at its end. */
  planned_through: string | null;
  item_count: Generated<number>;
  counts: unknown;
  per_second: number | null;
  /** Grows with whatever there is to see. */
  revision: Generated<number>;
  lease_owner: string | null;
  /** Until when it belongs to its runner; when that has passed, a runner has to look at it. Null: nothing is left to do. */
  lease_until: Date | null;
  expires_at: Date | null;
  applied_at: Date | null;
  ended_at: Date | null;
  created_at: Date;
  updated_at: Date;
}

export interface BatchItemTable {
  batch_id: string;
  position: number;
  phone_number_uid: string;
  phone_number_id: string;
  /** The assignment that planning saw. */
  previous: unknown;
  changes: unknown;
  withheld: unknown;
  /** In a batch that undoes another: the operation that is taken back. */
  undoes: string | null;
  state: string;
  /** Taken after the others, and one at a time. */
  is_deferred: boolean;
  operation_id: string | null;
  attempts: Generated<number>;
  problem: unknown;
}

export interface AuditHeadTable {
  org_id: string;
  seq: number;
  hash: string;
}

export interface AuditEntryTable {
  org_id: string;
  seq: number;
  id: string;
  at: Date;
  actor: unknown;
  action: string;
  target_type: string;
  target_id: string;
  before: unknown;
  after: unknown;
  outcome: string;
  request_id: string;
  prev_hash: string;
  hash: string;
}

export interface IdempotencyKeyTable {
  org_id: string;
  key: string;
  request_hash: string;
  response_status: number | null;
  response_body: unknown;
  response_location: string | null;
  locked_until: Date;
  created_at: Date;
}

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
  segments: number | null;
  media_count: number | null;
}

export interface LateReplyTable {
  account_sid: string;
  message_sid: string;
  claimed_at: Date;
}

export type UsageKind = "voice" | "sms" | "mms" | "whatsapp";

export interface UsageEntryTable {
  id: Generated<number>;
  org_id: string;
  account_sid: string;
  sid: string;
  kind: UsageKind;
  revision: number;
  corrects: number | null;
  direction: "inbound" | "outbound";
  phone_number_id: string;
  agent_id: string | null;
  began_at: Date;
  /** Drivers disagree about dates: select it as text. */
  day: unknown;
  count: number;
  seconds: number;
  segments: number;
  is_provisional: boolean;
  price: string | null;
  price_unit: string | null;
  recorded_at: Date;
}

export interface UsageDailyTable {
  org_id: string;
  day: unknown;
  phone_number_id: string;
  agent_id: string;
  kind: UsageKind;
  direction: "inbound" | "outbound";
  price_unit: string;
  count: number;
  seconds: number;
  minutes: number;
  segments: number;
  price: string;
}

/** The same sums without the number. A trigger of usage_entry keeps them. */
export type UsageAgentDailyTable = Omit<UsageDailyTable, "phone_number_id">;

export interface UsageRateTable {
  org_id: string;
  kind: UsageKind;
  direction: "inbound" | "outbound";
  unit: "minute" | "segment" | "message";
  effective_from: unknown;
  amount: string;
  currency: string;
}

/** A view: each rate with the day on which the next one takes its place; null for the last. */
export interface UsageRatePeriodView extends UsageRateTable {
  effective_until: unknown;
}

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

export interface UsageOutboxTable {
  entry_id: number;
  org_id: string;
}

export interface UsageComparisonTable {
  account_sid: string;
  day: unknown;
  category: string;
  our_count: number;
  our_usage: number;
  twilio_count: number;
  twilio_usage: number;
  twilio_price: string | null;
  price_unit: string | null;
  compared_at: Date;
}

/** Every base URL that this deployment has given to Twilio. */
export interface PublicUrlTable {
  url: string;
  first_used_at: Date;
}

export interface AlertTable {
  id: string;
  org_id: string;
  kind: string;
  key: string;
  severity: string;
  phone_number_uid: string | null;
  title: string;
  detail: string;
  facts: unknown;
  count: number;
  first_seen_at: Date;
  last_seen_at: Date;
  resolved_at: Date | null;
  acknowledged_at: Date | null;
  acknowledged_by: string | null;
}

export interface AlertEventTable {
  id: string;
  org_id: string;
  /** Exactly what is sent. */
  body: string;
  created_at: Date;
}

/** How far an account's alerts at Twilio were read. */
export interface MonitorPositionTable {
  account_sid: string;
  read_until: Date;
}

export interface MonitorAlertTable {
  account_sid: string;
  sid: string;
  generated_at: Date;
}

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

/** better-auth's tables, as far as we read them ourselves. */
export interface OrganizationTable {
  id: string;
  name: string;
  slug: string;
  createdAt: Date;
}

export interface MemberTable {
  id: string;
  organizationId: string;
  userId: string;
  role: string;
  createdAt: Date;
}

export interface ApiKeyTable {
  id: string;
  /** The organization that owns the key; not a foreign key. */
  referenceId: string;
  /** SHA-256 of the key. */
  key: string;
  enabled: boolean;
  expiresAt: Date | null;
  /** JSON as text. */
  metadata: string | null;
}

export interface Tables {
  twilio_account: TwilioAccountTable;
  agent: AgentTable;
  phone_number: PhoneNumberTable;
  phone_number_search: PhoneNumberSearchTable;
  operation: OperationTable;
  batch: BatchTable;
  batch_item: BatchItemTable;
  audit_head: AuditHeadTable;
  audit_entry: AuditEntryTable;
  idempotency_key: IdempotencyKeyTable;
  status_event: StatusEventTable;
  number_tenure: NumberTenureTable;
  call: CallTable;
  message: MessageTable;
  late_reply: LateReplyTable;
  usage_entry: UsageEntryTable;
  usage_daily: UsageDailyTable;
  usage_agent_daily: UsageAgentDailyTable;
  usage_rate: UsageRateTable;
  usage_rate_period: UsageRatePeriodView;
  usage_sink: ReceiverTable;
  usage_outbox: UsageOutboxTable;
  usage_comparison: UsageComparisonTable;
  public_url: PublicUrlTable;
  alert: AlertTable;
  alert_webhook: ReceiverTable;
  alert_event: AlertEventTable;
  monitor_position: MonitorPositionTable;
  monitor_alert: MonitorAlertTable;
  sweep: SweepTable;
  swept_number: SweptNumberTable;
  drift: DriftTable;
  drift_policy: DriftPolicyTable;
  organization: OrganizationTable;
  member: MemberTable;
  apikey: ApiKeyTable;
}
