import { type Kysely, sql } from "kysely";

export async function up<T>(db: Kysely<T>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements: readonly string[] = [
  `create table twilio_account (
    id text primary key,
    org_id text not null,
    sid text not null,
    parent_sid text,
    friendly_name text not null,
    status text not null,
    credentials text not null,
    created_at timestamptz(3) not null,
    updated_at timestamptz(3) not null,
    unique (org_id, sid)
  )`,
  // A webhook names its account by SID; every organization that connected it may hold the token that signed.
  `create index twilio_account_sid on twilio_account (sid)`,

  `create table agent (
    org_id text not null,
    id text not null,
    name text not null,
    voice jsonb not null,
    messaging jsonb not null,
    created_at timestamptz(3) not null,
    updated_at timestamptz(3) not null,
    primary key (org_id, id)
  )`,

  `create table phone_number (
    uid uuid primary key,
    org_id text not null,
    id text not null,
    operator_org_id text not null,
    account_id text not null references twilio_account (id) on delete cascade,
    account_sid text not null,
    sid text not null,
    e164 text not null,
    friendly_name text not null,
    capabilities jsonb not null,
    status text not null check (status in ('active', 'released')),
    agent_id text,
    sms_enabled boolean not null default false,
    whatsapp_enabled boolean not null default false,
    assigned_at timestamptz(3),
    desired jsonb,
    observed jsonb,
    observed_at timestamptz(3),
    original jsonb,
    health text not null,
    created_at timestamptz(3) not null,
    updated_at timestamptz(3) not null,
    -- Ids may be chosen by callers, so they are unique to whoever can see them: the holder and the operator.
    unique (org_id, id),
    unique (operator_org_id, id),
    unique (account_sid, e164),
    -- An agent answers numbers of its own organization only; the database itself says so.
    foreign key (org_id, agent_id) references agent (org_id, id) on delete restrict
  )`,
  `create index phone_number_account on phone_number (account_id)`,
  `create index phone_number_agent on phone_number (org_id, agent_id)`,
  `create index phone_number_sid on phone_number (sid)`,

  `create table operation (
    id text primary key,
    org_id text not null,
    phone_number_uid uuid not null references phone_number (uid) on delete cascade,
    kind text not null check (kind in ('assign', 'unassign', 'configure')),
    state text not null check (state in ('open', 'committed', 'rolled_back', 'refused', 'needs_attention')),
    phase text not null check (phase in ('started', 'writing', 'restoring', 'settling', 'finished')),
    intent jsonb not null,
    previous jsonb not null,
    snapshot jsonb,
    desired jsonb,
    changes jsonb,
    error jsonb,
    actor jsonb not null,
    request_id text not null,
    lease_owner text,
    lease_until timestamptz(3) not null,
    last_write_at timestamptz(3),
    attempts integer not null default 0,
    created_at timestamptz(3) not null,
    updated_at timestamptz(3) not null,
    finished_at timestamptz(3)
  )`,
  `create unique index operation_open on operation (phone_number_uid) where state = 'open'`,
  `create index operation_lease on operation (lease_until) where state = 'open'`,
  `create index operation_list on operation (org_id, id desc)`,
  `create index operation_of_number on operation (phone_number_uid, id desc)`,

  `create table audit_head (
    org_id text primary key,
    seq bigint not null,
    hash text not null
  )`,
  `create table audit_entry (
    org_id text not null,
    seq bigint not null,
    id text not null unique,
    at timestamptz(3) not null,
    actor jsonb not null,
    action text not null,
    target_type text not null,
    target_id text not null,
    before jsonb,
    after jsonb,
    outcome text not null,
    request_id text not null,
    prev_hash text not null,
    hash text not null,
    primary key (org_id, seq)
  )`,
  `create index audit_entry_target on audit_entry (org_id, target_id, seq desc)`,
  `create function audit_entry_is_append_only() returns trigger language plpgsql as $$
    begin raise exception 'audit_entry is append-only'; end
  $$`,
  `create trigger audit_entry_append_only before update or delete on audit_entry
    for each row execute function audit_entry_is_append_only()`,
  `create trigger audit_entry_no_truncate before truncate on audit_entry
    for each statement execute function audit_entry_is_append_only()`,

  `create table idempotency_key (
    org_id text not null,
    key text not null,
    request_hash text not null,
    response_status integer,
    response_body jsonb,
    locked_until timestamptz(3) not null,
    created_at timestamptz(3) not null,
    primary key (org_id, key)
  )`,
  `create index idempotency_key_age on idempotency_key (created_at)`,

  `create table public_url (
    url text primary key,
    first_used_at timestamptz(3) not null
  )`,

  `create table status_event (
    id bigint generated always as identity primary key,
    account_sid text not null,
    sid text not null,
    status text not null,
    discriminator text not null,
    params jsonb not null,
    received_at timestamptz(3) not null,
    unique (account_sid, sid, status, discriminator)
  )`,
];
