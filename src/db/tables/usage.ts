import type { Generated } from "kysely";
import type { RefusedColumns } from "./receivers.ts";

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

export interface UsageOutboxTable extends RefusedColumns {
  entry_id: number;
  org_id: string;
}

/** One row: which deployment this is. */
export interface DeploymentTable {
  is_only: Generated<boolean>;
  id: string;
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

/** How far an account's records were read for good. */
export interface ReconciliationPositionTable {
  account_sid: string;
  /** The beginning of a day, UTC: those before it are not read again. */
  read_until: Date;
}

export interface UsageTables {
  usage_entry: UsageEntryTable;
  usage_daily: UsageDailyTable;
  usage_agent_daily: UsageAgentDailyTable;
  usage_rate: UsageRateTable;
  usage_rate_period: UsageRatePeriodView;
  usage_outbox: UsageOutboxTable;
  deployment: DeploymentTable;
  usage_comparison: UsageComparisonTable;
  reconciliation_position: ReconciliationPositionTable;
}
