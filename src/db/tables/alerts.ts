import type { RefusedColumns } from "./receivers.ts";

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

export interface AlertEventTable extends RefusedColumns {
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

export interface AlertsTables {
  alert: AlertTable;
  alert_event: AlertEventTable;
  monitor_position: MonitorPositionTable;
  monitor_alert: MonitorAlertTable;
}
