// The second of the two statements that make a batch of reports durable: what is charged for their calls and messages, and
// the daily sums. It may be repeated: what is charged is the difference between what the state says and what the ledger
// has. A statement of its own, because the first one has waited for the rows that it locks, and sees of the ledger what was
// there before it waited; this one sees what whoever held the rows has charged.
// https://www.postgresql.org/docs/current/transaction-iso.html#XACT-READ-COMMITTED
import { type RawBuilder, sql } from "kysely";
import type { PlannedStatement } from "../db/planned-queries.ts";
import { chargedSegments, isCallCharged, isMessageCharged, minutesOf } from "./charged.ts";

/** What the statement is given, in this order: the time, and two JSON texts, each an array of account_sid and sid. */
export type ChargeBatch = readonly [now: Date, calls: string, messages: string];

const now = sql.raw("$1::timestamptz");
const callKeys = sql.raw("$2::json");
const messageKeys = sql.raw("$3::json");

/** The rows of these keys, one by one: the limit keeps the planner to the index, as in traffic-statement.ts. */
function rowsOf(table: "call" | "message", keys: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`json_to_recordset(${keys}) as k(account_sid text, sid text)
    cross join lateral (
      select * from ${sql.table(table)} r where r.account_sid = k.account_sid and r.sid = k.sid limit 1
    )`;
}

/**
 * What the ledger should have: a call that is charged with its unrounded seconds, a message with its segments; nothing
 * for what is not charged, and no price either.
 */
const due = sql`
  due as (
    select account_sid, sid, 'voice' as kind, org_id, phone_number_id, agent_id, direction, started_at,
      is_charged::int as count, case when is_charged then duration_seconds else 0 end as seconds, 0 as segments,
      false as is_provisional, case when is_charged then price end as price, price_unit
    from (
      select c.*, ${isCallCharged("c")} as is_charged
      from ${rowsOf("call", callKeys)} c
    ) c
    union all
    select account_sid, sid, channel, org_id, phone_number_id, agent_id, direction, started_at,
      is_charged::int, 0, case when is_charged then ${chargedSegments("m")} else 0 end,
      is_charged and segments is null, case when is_charged then price end, price_unit
    from (
      select m.*, ${isMessageCharged("m")} as is_charged
      from ${rowsOf("message", messageKeys)} m
    ) m
  ),
  known as (
    select due.account_sid, due.sid, due.kind, due.org_id, due.phone_number_id, due.agent_id, due.direction,
      due.started_at, due.count, due.seconds, due.segments, due.is_provisional, p.price, due.price_unit, e.charge_id, coalesce(e.revision + 1, 0) as next_revision, e.day, e.began_at,
      coalesce(e.count, 0) as known_count, coalesce(e.seconds, 0) as known_seconds,
      coalesce(e.segments, 0) as known_segments, e.price as known_price, e.is_known_provisional
    from due
    left join lateral (
      select max(u.revision) as revision, min(u.id) filter (where u.revision = 0) as charge_id, min(u.day) as day,
        min(u.began_at) as began_at, sum(u.count)::int as count, sum(u.seconds)::int as seconds,
        sum(u.segments)::int as segments, sum(u.price) as price,
        (array_agg(u.is_provisional order by u.revision desc))[1] as is_known_provisional
      from usage_entry u where u.account_sid = due.account_sid and u.sid = due.sid and u.kind = due.kind
    ) e on true
    cross join lateral (select case when due.count = 0 and e.price is not null then 0 else due.price end as price) p
    where (e.revision is null and due.count = 1) or (e.revision is not null and (
      due.count <> e.count or due.seconds <> e.seconds or due.segments <> e.segments
        or (p.price is not null and p.price is distinct from e.price)
        or (e.is_known_provisional and not due.is_provisional)))
  )`;

/** The day is the charge's for good: a correction never moves it. */
const ledger = sql`
  entry as (
    insert into usage_entry (org_id, account_sid, sid, kind, revision, corrects, direction, phone_number_id, agent_id,
      began_at, day, count, seconds, segments, is_provisional, price, price_unit, recorded_at)
    select org_id, account_sid, sid, kind, next_revision, charge_id, direction, phone_number_id, agent_id,
      coalesce(began_at, started_at), coalesce(day, (started_at at time zone 'UTC')::date), count - known_count,
      seconds - known_seconds, segments - known_segments, is_provisional,
      price - coalesce(known_price, 0), case when price is not null then price_unit end, ${now}
    from known
    on conflict (account_sid, sid, kind, revision) do nothing
    returning *
  ),
  daily as (
    insert into usage_daily as d (org_id, day, phone_number_id, agent_id, kind, direction, price_unit, count, seconds,
      minutes, segments, price)
    select e.org_id, e.day, e.phone_number_id, coalesce(e.agent_id, ''), e.kind, e.direction,
      coalesce(e.price_unit, ''), sum(e.count), sum(e.seconds),
      sum(${minutesOf(sql`k.seconds`)} - ${minutesOf(sql`k.known_seconds`)}), sum(e.segments), coalesce(sum(e.price), 0)
    from entry e join known k on k.account_sid = e.account_sid and k.sid = e.sid and k.kind = e.kind
    group by 1, 2, 3, 4, 5, 6, 7 order by 1, 2, 3, 4, 5, 6, 7
    on conflict (org_id, day, phone_number_id, agent_id, kind, direction, price_unit) do update set
      count = d.count + excluded.count, seconds = d.seconds + excluded.seconds,
      minutes = d.minutes + excluded.minutes, segments = d.segments + excluded.segments,
      price = d.price + excluded.price
  ),
  outbox as (
    insert into usage_outbox (entry_id, org_id) select e.id, e.org_id from entry e join usage_sink s using (org_id)
  )`;

export interface Charged {
  readonly charges: number;
  readonly corrections: number;
}

export const RECORD_CHARGES: PlannedStatement<ChargeBatch, Charged> = {
  name: "record-charges",
  query: sql`
    with ${due}, ${ledger}
    select count(*) filter (where revision = 0)::int as charges,
      count(*) filter (where revision > 0)::int as corrections
    from entry`,
};
