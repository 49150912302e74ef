// Calls and messages, what they used, and how every node hears of a change.
import { type Kysely, sql } from "kysely";

export async function up<T>(db: Kysely<T>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements: readonly string[] = [
  // Who held a number, and which agent answered it, from when on: until the next row. A call is charged to whoever had
  // the number when it began, and that may be learnt days later. A trigger, so that no way of changing a number is missed.
  `create table number_tenure (
    phone_number_uid uuid not null references phone_number (uid) on delete cascade,
    since timestamptz(3) not null,
    account_sid text not null,
    e164 text not null,
    org_id text not null,
    phone_number_id text not null,
    agent_id text,
    primary key (phone_number_uid, since)
  )`,
  `create index number_tenure_address on number_tenure (account_sid, e164, since desc)`,
  `insert into number_tenure (phone_number_uid, since, account_sid, e164, org_id, phone_number_id, agent_id)
    select uid, coalesce(assigned_at, created_at), account_sid, e164, org_id, id, agent_id from phone_number`,
  `create function record_tenure() returns trigger language plpgsql as $$
    begin
      insert into number_tenure (phone_number_uid, since, account_sid, e164, org_id, phone_number_id, agent_id)
      values (new.uid, new.updated_at, new.account_sid, new.e164, new.org_id, new.id, new.agent_id)
      on conflict (phone_number_uid, since) do update set
        account_sid = excluded.account_sid, e164 = excluded.e164, org_id = excluded.org_id,
        phone_number_id = excluded.phone_number_id, agent_id = excluded.agent_id;
      return null;
    end
  $$`,
  `create trigger phone_number_tenure_begins after insert on phone_number
    for each row execute function record_tenure()`,
  `create trigger phone_number_tenure_changes after update on phone_number for each row
    when ((old.account_sid, old.e164, old.org_id, old.id, old.agent_id)
      is distinct from (new.account_sid, new.e164, new.org_id, new.id, new.agent_id))
    execute function record_tenure()`,

  // Every node keeps who answers what, and which tokens sign, in memory; this is how it hears of a change. The payload
  // names the table and the row's key.
  `create function announce_change() returns trigger language plpgsql as $$
    declare
      changed record;
    begin
      if tg_op = 'DELETE' then changed := old; else changed := new; end if;
      perform pg_notify('switchhook_change', case tg_table_name
        when 'phone_number' then json_build_array('phone_number', to_json(changed) ->> 'uid')::text
        when 'agent' then json_build_array('agent', to_json(changed) ->> 'org_id', to_json(changed) ->> 'id')::text
        else json_build_array('twilio_account', to_json(changed) ->> 'sid')::text
      end);
      return null;
    end
  $$`,
  `create trigger phone_number_announced after update on phone_number for each row
    when ((old.account_sid, old.e164, old.org_id, old.id, old.agent_id)
      is distinct from (new.account_sid, new.e164, new.org_id, new.id, new.agent_id))
    execute function announce_change()`,
  `create trigger phone_number_gone_announced after delete on phone_number for each row
    when (old.agent_id is not null) execute function announce_change()`,
  `create trigger agent_announced after insert or update or delete on agent
    for each row execute function announce_change()`,
  `create trigger twilio_account_announced after insert or update or delete on twilio_account
    for each row execute function announce_change()`,

  // Sealed; see base/vault.ts. What signs the webhooks that an agent's own endpoints are sent.
  `alter table agent add column webhook_secrets text`,

  `create index status_event_age on status_event using brin (received_at)`,

  `create table call (
    account_sid text not null,
    sid text not null,
    org_id text not null,
    phone_number_id text not null,
    agent_id text,
    parent_sid text,
    direction text not null check (direction in ('inbound', 'outbound')),
    from_address text not null,
    to_address text not null,
    status text not null,
    -- Grows only; see traffic/call-status.ts.
    status_order integer not null,
    started_at timestamptz(3) not null,
    answered_at timestamptz(3),
    ended_at timestamptz(3),
    duration_seconds integer,
    sip_code integer,
    answered_by text,
    price numeric(14, 6),
    price_unit text,
    -- When to ask Twilio about it, while something is open.
    next_check_at timestamptz(3),
    updated_at timestamptz(3) not null,
    -- The SID first: it is asked for without its account.
    primary key (sid, account_sid)
  )`,
  `create index call_list on call (org_id, started_at desc, sid desc)`,
  `create index call_of_number on call (org_id, phone_number_id, started_at desc, sid desc)`,
  `create index call_check on call (next_check_at) where next_check_at is not null`,

  `create table message (
    account_sid text not null,
    sid text not null,
    org_id text not null,
    phone_number_id text not null,
    agent_id text,
    channel text not null check (channel in ('sms', 'mms', 'whatsapp')),
    direction text not null check (direction in ('inbound', 'outbound')),
    from_address text not null,
    to_address text not null,
    status text not null,
    -- Grows only; see traffic/message-status.ts.
    status_order integer not null,
    -- Each status and when it was first heard of.
    status_times jsonb not null,
    error_code integer,
    -- Null while only Twilio knows.
    segments integer,
    media_count integer,
    started_at timestamptz(3) not null,
    price numeric(14, 6),
    price_unit text,
    next_check_at timestamptz(3),
    updated_at timestamptz(3) not null,
    -- The SID first: it is asked for without its account.
    primary key (sid, account_sid)
  )`,
  `create index message_list on message (org_id, started_at desc, sid desc)`,
  `create index message_of_number on message (org_id, phone_number_id, started_at desc, sid desc)`,
  `create index message_check on message (next_check_at) where next_check_at is not null`,

  // A late reply goes out through Twilio's API, from whichever node was asked; once.
  `create table late_reply (
    account_sid text not null,
    message_sid text not null,
    claimed_at timestamptz(3) not null,
    primary key (account_sid, message_sid)
  )`,

  // Revision 0 is the charge, any other a correction: what it adds or takes away.
  `create table usage_entry (
    id bigint generated always as identity primary key,
    org_id text not null,
    account_sid text not null,
    sid text not null,
    kind text not null check (kind in ('voice', 'sms', 'mms', 'whatsapp')),
    revision integer not null check (revision >= 0),
    corrects bigint references usage_entry (id),
    direction text not null check (direction in ('inbound', 'outbound')),
    phone_number_id text not null,
    agent_id text,
    began_at timestamptz(3) not null,
    day date not null,
    count integer not null,
    seconds integer not null,
    segments integer not null,
    is_provisional boolean not null,
    price numeric(14, 6),
    price_unit text,
    recorded_at timestamptz(3) not null,
    check ((revision = 0) = (corrects is null)),
    unique (account_sid, sid, kind, revision)
  )`,
  `create index usage_entry_list on usage_entry (org_id, day, id)`,
  `create function usage_entry_is_append_only() returns trigger language plpgsql as $$
    begin raise exception 'usage_entry is append-only'; end
  $$`,
  `create trigger usage_entry_append_only before update or delete on usage_entry
    for each row execute function usage_entry_is_append_only()`,
  `create trigger usage_entry_no_truncate before truncate on usage_entry
    for each statement execute function usage_entry_is_append_only()`,

  // The sum of the entries; minutes are rounded up per call leg.
  `create table usage_daily (
    org_id text not null,
    day date not null,
    phone_number_id text not null,
    -- Empty where no agent was assigned, or no price is known: both are part of the key.
    agent_id text not null,
    kind text not null,
    direction text not null,
    price_unit text not null,
    count bigint not null,
    seconds bigint not null,
    minutes bigint not null,
    segments bigint not null,
    price numeric(20, 6) not null,
    primary key (org_id, day, phone_number_id, agent_id, kind, direction, price_unit)
  )`,

  `create table usage_rate (
    org_id text not null,
    kind text not null check (kind in ('voice', 'sms', 'mms', 'whatsapp')),
    direction text not null check (direction in ('inbound', 'outbound')),
    unit text not null check (unit in ('minute', 'segment', 'message')),
    effective_from date not null,
    amount numeric(18, 9) not null check (amount >= 0),
    currency text not null,
    primary key (org_id, kind, direction, unit, effective_from)
  )`,

  // A rate is good until the day on which the next one begins.
  `create view usage_rate_period as
    select *, lead(effective_from) over (partition by org_id, kind, direction, unit order by effective_from)
      as effective_until
    from usage_rate`,

  `create table usage_sink (
    org_id text primary key,
    url text not null,
    -- Sealed; see base/vault.ts.
    headers text not null,
    created_at timestamptz(3) not null,
    updated_at timestamptz(3) not null
  )`,
  // What a sink has not taken yet. Not a position in the ledger: entries become visible out of the order of their ids.
  `create table usage_outbox (
    entry_id bigint primary key references usage_entry (id),
    org_id text not null
  )`,
  `create index usage_outbox_org on usage_outbox (org_id, entry_id)`,

  `create table usage_comparison (
    account_sid text not null,
    day date not null,
    category text not null,
    our_count bigint not null,
    our_usage bigint not null,
    twilio_count bigint not null,
    twilio_usage bigint not null,
    twilio_price numeric(20, 6),
    price_unit text,
    compared_at timestamptz(3) not null,
    primary key (account_sid, day, category)
  )`,
];
