import { type Kysely, sql } from "kysely";

export async function up<T>(db: Kysely<T>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements: readonly string[] = [
  `alter table operation drop constraint operation_kind_check`,
  `alter table operation add constraint operation_kind_check
    check (kind in ('assign', 'unassign', 'configure', 'undo'))`,

  `create table batch (
    id text primary key,
    org_id text not null,
    state text not null check (state in
      ('planning', 'planned', 'canary', 'running', 'paused', 'stopped', 'cancelled', 'done')),
    intent jsonb not null,
    selection jsonb not null,
    number_ids jsonb,
    selected_count integer not null,
    actor jsonb not null,
    applied_by jsonb,
    apply_when_planned jsonb,
    canary_size integer,
    failure_budget integer,
    canary_verified_at timestamptz(3),
    stopped jsonb,
    undoes text references batch (id) on delete cascade,
    planned_through text,
    item_count integer not null default 0,
    counts jsonb not null,
    per_second double precision,
    revision bigint not null default 0,
    lease_owner text,
    lease_until timestamptz(3),
    expires_at timestamptz(3),
    applied_at timestamptz(3),
    ended_at timestamptz(3),
    created_at timestamptz(3) not null,
    updated_at timestamptz(3) not null
  )`,
  `create index batch_list on batch (org_id, id desc)`,
  `create index batch_due on batch (lease_until) where lease_until is not null`,
  `create index batch_expired on batch (expires_at) where state = 'planned'`,
  `create index batch_undoes on batch (undoes) where undoes is not null`,

  `create table batch_item (
    batch_id text not null references batch (id) on delete cascade,
    position integer not null,
    phone_number_uid uuid not null references phone_number (uid) on delete cascade,
    phone_number_id text not null,
    previous jsonb not null,
    changes jsonb not null,
    withheld jsonb not null,
    undoes text,
    state text not null check (state in
      ('pending', 'running', 'done', 'unchanged', 'failed', 'skipped', 'undone')),
    is_deferred boolean not null,
    operation_id text,
    attempts integer not null default 0,
    problem jsonb,
    primary key (batch_id, position)
  )`,
  // For the counts, and for whoever looks for what is left to do.
  `create index batch_item_state on batch_item (batch_id, state, position)`,
  // Whether another batch has the number as well, and the foreign key.
  `create index batch_item_number on batch_item (phone_number_uid)`,
];
