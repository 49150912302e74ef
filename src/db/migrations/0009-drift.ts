// What differs from what we want, from when to when, and what is to be done about it. See docs/drift.md.
import { type Kysely, sql } from "kysely";

export async function up<T>(db: Kysely<T>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements: readonly string[] = [
  `alter table operation drop constraint operation_kind_check`,
  `alter table operation add constraint operation_kind_check
    check (kind in ('assign', 'unassign', 'configure', 'undo', 'heal'))`,

  `create table sweep (
    account_id text primary key references twilio_account (id) on delete cascade,
    id uuid not null,
    lease_until timestamptz(3),
    started_at timestamptz(3) not null,
    ended_at timestamptz(3),
    failure text,
    counts jsonb,
    completed_at timestamptz(3)
  )`,
  // A narrow table of its own: every sweep writes a row for each number, and a number's own row is wide.
  `create table swept_number (
    phone_number_uid uuid primary key references phone_number (uid) on delete cascade,
    sweep_id uuid not null
  )`,

  `create table drift (
    id text primary key,
    org_id text not null,
    phone_number_uid uuid not null references phone_number (uid) on delete cascade,
    field_class text not null check (field_class in ('voice', 'sms', 'whatsapp', 'status', 'presence')),
    verdict text,
    reason text not null,
    fields jsonb not null,
    opened_at timestamptz(3) not null,
    alerted_at timestamptz(3),
    fought_at timestamptz(3),
    heal_after timestamptz(3),
    ended_at timestamptz(3),
    end_reason text check (end_reason in ('healed', 'changed', 'gone', 'unassigned', 'ignored')),
    check ((ended_at is null) = (end_reason is null))
  )`,
  `create unique index drift_open on drift (phone_number_uid, field_class) where ended_at is null`,
  `create index drift_list on drift (org_id, id desc)`,
  `create index drift_list_open on drift (org_id, id desc) where ended_at is null`,
  `create index drift_of_number on drift (phone_number_uid, id desc)`,
  `create index drift_ended on drift (ended_at) where ended_at is not null`,

  `create table drift_policy (
    org_id text not null,
    scope text not null check (scope in ('organization', 'account', 'number')),
    scope_id text not null,
    account_id text references twilio_account (id) on delete cascade,
    phone_number_uid uuid references phone_number (uid) on delete cascade,
    field_class text not null,
    policy text not null check (policy in ('observe', 'alert', 'heal', 'ignore')),
    set_at timestamptz(3) not null,
    primary key (org_id, scope, scope_id, field_class)
  )`,
  `create index drift_policy_account on drift_policy (account_id) where account_id is not null`,
  `create index drift_policy_number on drift_policy (phone_number_uid) where phone_number_uid is not null`,
];
