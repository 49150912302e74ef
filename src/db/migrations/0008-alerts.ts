// What a person should know, whom it is sent to, and how far Twilio's own alerts were read. See docs/alerts.md.
import { type Kysely, sql } from "kysely";

export async function up<T>(db: Kysely<T>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements: readonly string[] = [
  `create table alert (
    id text primary key,
    org_id text not null,
    kind text not null,
    key text not null,
    severity text not null,
    phone_number_uid uuid references phone_number (uid) on delete cascade,
    title text not null,
    detail text not null,
    facts jsonb not null,
    count bigint not null,
    first_seen_at timestamptz(3) not null,
    last_seen_at timestamptz(3) not null,
    resolved_at timestamptz(3),
    acknowledged_at timestamptz(3),
    acknowledged_by text
  )`,
  // A cause is open once, however often and by however many nodes it is found.
  `create unique index alert_open on alert (org_id, key) where resolved_at is null`,
  `create index alert_list on alert (org_id, id desc)`,
  `create index alert_of_number on alert (phone_number_uid, id desc)`,
  `create index alert_quiet on alert (last_seen_at) where resolved_at is null`,
  `create index alert_resolved on alert (resolved_at) where resolved_at is not null`,

  `create table alert_webhook (
    org_id text primary key,
    url text not null,
    secrets text not null,
    failures integer not null default 0,
    last_failure text,
    next_attempt_at timestamptz(3),
    served_at timestamptz(3),
    created_at timestamptz(3) not null,
    updated_at timestamptz(3) not null
  )`,
  // What is still to be sent, and exactly what.
  `create table alert_event (
    id text primary key,
    org_id text not null references alert_webhook (org_id) on delete cascade,
    body text not null,
    created_at timestamptz(3) not null
  )`,
  `create index alert_event_order on alert_event (org_id, created_at, id)`,
  `create index alert_event_age on alert_event (created_at)`,

  `create table monitor_position (
    account_sid text primary key,
    read_until timestamptz(3) not null
  )`,
  // Those of Twilio's alerts that were counted: they are read with an overlap, and must not count twice.
  `create table monitor_alert (
    account_sid text not null,
    sid text not null,
    generated_at timestamptz(3) not null,
    primary key (account_sid, sid)
  )`,
  `create index monitor_alert_age on monitor_alert (generated_at)`,
];
