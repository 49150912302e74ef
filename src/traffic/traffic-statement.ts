// The first of the two statements that make a batch of reports durable: the events as they came, and the state of their
// calls and messages, of each of which it takes one report (report-rounds.ts). It may be repeated: an event is stored
// once, and a state only moves forward. Its rows stay locked for the second, charge-statement.ts.
import { type RawBuilder, sql } from "kysely";
import type { PlannedStatement } from "../db/planned-queries.ts";
import { CALL_ENDED_ORDER } from "./call-status.ts";
import { MAX_TIMELINE, MESSAGE_ENDED_ORDER, MESSAGE_STATUSES } from "./message-status.ts";
import { RANK_STEP, RECORD_SEQUENCE } from "./status-order.ts";

const callEndedOrder = sql.lit(CALL_ENDED_ORDER);
const messageEndedOrder = sql.lit(MESSAGE_ENDED_ORDER);

/** In the value of a column: what the later of the two says, or the earlier where the later says nothing. */
function merged(table: string, column: string, isGap: "null" | "empty" = "null"): RawBuilder<unknown> {
  const ours = sql.ref(`${table}.${column}`);
  const theirs = sql.ref(`excluded.${column}`);
  const [a, b] = isGap === "null" ? [ours, theirs] : [sql`nullif(${ours}, '')`, sql`nullif(${theirs}, '')`];
  const value = sql`case when ${isLater(table)} then coalesce(${b}, ${a}) else coalesce(${a}, ${b}) end`;
  return isGap === "null" ? value : sql`coalesce(${value}, '')`;
}

/** What is said of a status, such as its error: goes when another status takes that one's place. */
function mergedWithStatus(table: string, column: string): RawBuilder<unknown> {
  const [ours, theirs] = [sql.ref(`${table}.${column}`), sql.ref(`excluded.${column}`)];
  return sql`${sql.ref(column)} = case
    when excluded.status = ${sql.ref(`${table}.status`)} then ${merged(table, column)}
    when ${isLater(table)} then ${theirs} else ${ours} end`;
}

/**
 * Whether a report replaces what is known. Callbacks of one order say the same, whichever comes first; a record of
 * Twilio's is what Twilio knew when it was read, so the one that was read last is right.
 */
function isLater(table: string): RawBuilder<boolean> {
  const [theirs, ours] = [sql.ref("excluded.status_order"), sql.ref(`${table}.status_order`)];
  const isRecord = sql`${theirs} % ${sql.lit(RANK_STEP)} = ${sql.lit(RECORD_SEQUENCE)}`;
  return sql`(${theirs} > ${ours} or (${theirs} = ${ours} and ${isRecord}))`;
}

function setMerged(table: string, columns: readonly string[]): RawBuilder<unknown> {
  return sql.join(columns.map((column) => sql`${sql.ref(column)} = ${merged(table, column)}`));
}

/** What the statement is given, in this order: the time, and three JSON texts, each an array of rows by column name. */
export type TrafficBatch = readonly [now: Date, events: string, calls: string, messages: string];

// Their text is made once, not for every batch, so the values stand in it by their numbers.
const now = sql.raw("$1::timestamptz");
// As jsonb, the parameters of an event are parsed once; as json once more to become a column's.
const eventRows = sql.raw("$2::jsonb");
const callRows = sql.raw("$3::jsonb");
const messageRows = sql.raw("$4::jsonb");

/** Columns that reports of calls and of messages have in common, as they come in. */
const REPORT_COLUMNS = sql.raw(`
  account_sid text, sid text, org_id text, phone_number_id text, agent_id text, our_address text, direction text,
  from_address text, to_address text, status text, status_order integer, started_at timestamptz,
  price numeric, price_unit text, next_check_at timestamptz`);

/**
 * Whose a report is: the row's that is there already, for that was fixed when it began; else the reporter's own word, the
 * leg's that it was dialled from, or whoever had the number at that time. Nobody's is left out.
 */
function attributed(table: "call" | "message", parentSid: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    select i.*, h.holder_org, h.holder_number, h.holder_agent
    from ${sql.ref(`${table}_in`)} i
    left join lateral (
      -- The limit keeps the planner to the index, whatever it believes of a table that has just grown.
      select e.org_id, e.phone_number_id, e.agent_id from ${sql.table(table)} e
        where e.account_sid = i.account_sid and e.sid = i.sid limit 1
    ) e on true
    cross join lateral (
      select e.org_id as holder_org, e.phone_number_id as holder_number, e.agent_id as holder_agent
        where e.org_id is not null
      union all
      select i.org_id, i.phone_number_id, i.agent_id where e.org_id is null and i.org_id is not null
      union all
      select p.org_id, p.phone_number_id, p.agent_id from call p
        where e.org_id is null and i.org_id is null and p.account_sid = i.account_sid and p.sid = ${parentSid}
      union all
      -- Its first report may be in the same batch. Only for a leg that was dialled is that read through.
      select p.org_id, p.phone_number_id, p.agent_id from call_in p
        where e.org_id is null and i.org_id is null and ${parentSid} is not null and p.org_id is not null
          and p.account_sid = i.account_sid and p.sid = ${parentSid}
      union all
      (select t.org_id, t.phone_number_id, t.agent_id from call_in p
        join number_tenure t on t.account_sid = p.account_sid and t.e164 = p.our_address
          and ${hadBegun(sql`p.started_at`)}
        where e.org_id is null and i.org_id is null and ${parentSid} is not null
          and p.account_sid = i.account_sid and p.sid = ${parentSid}
        order by t.since desc limit 1)
      union all
      (select t.org_id, t.phone_number_id, t.agent_id from number_tenure t
        where e.org_id is null and i.org_id is null
          and t.account_sid = i.account_sid and t.e164 = i.our_address
          and ${hadBegun(sql`i.started_at`)}
        order by t.since desc limit 1)
      limit 1
    ) h
    -- Every node takes its row locks in the same order.
    order by i.account_sid, i.sid`;
}

/** Twilio's times are whole seconds: what began in the second in which a number came to its holder, began after that. */
function hadBegun(startedAt: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql`date_trunc('second', t.since) <= ${startedAt}`;
}

const calls = sql`
  call_in as (
    select * from jsonb_to_recordset(${callRows}) as i(${REPORT_COLUMNS},
      parent_sid text, answered_at timestamptz, ended_at timestamptz, duration_seconds integer, sip_code integer,
      answered_by text)
  ),
  call_row as (
    insert into call as c (account_sid, sid, org_id, phone_number_id, agent_id, parent_sid, direction, from_address,
      to_address, status, status_order, started_at, answered_at, ended_at, duration_seconds, sip_code, answered_by,
      price, price_unit, next_check_at, updated_at)
    select account_sid, sid, holder_org, holder_number, holder_agent, parent_sid, direction, from_address, to_address,
      status, status_order, started_at, answered_at, ended_at, duration_seconds, sip_code, answered_by, price,
      price_unit, case when ${isCallSettled("")} then null else next_check_at end, (select now from input)
    from (${attributed("call", sql`i.parent_sid`)}) i
    on conflict (account_sid, sid) do update set
      status = ${merged("c", "status")},
      status_order = greatest(c.status_order, excluded.status_order),
      started_at = least(c.started_at, excluded.started_at),
      from_address = ${merged("c", "from_address", "empty")},
      to_address = ${merged("c", "to_address", "empty")},
      ${setMerged("c", ["parent_sid", "answered_at", "ended_at", "duration_seconds", "answered_by", "price", "price_unit"])},
      ${mergedWithStatus("c", "sip_code")},
      -- Set once, when the call is new: a late callback must not begin anew with what was given up.
      next_check_at = case
        when ${isCallSettled("c.")} or ${isCallSettled("excluded.")} then null else c.next_check_at end,
      updated_at = excluded.updated_at
    returning account_sid, sid
  )`;

/** Nothing is left to ask Twilio for, but for its price. */
function isCallSettled(prefix: "" | "c." | "excluded."): RawBuilder<boolean> {
  const [order, status, duration] = ["status_order", "status", "duration_seconds"].map((column) =>
    sql.raw(prefix + column),
  );
  return sql`(${order} >= ${callEndedOrder} and (${status} <> 'completed' or ${duration} is not null))`;
}

/** Those that are new; once the time line is full, only those that Twilio is known to have. */
const newTimes = sql`
  case when (select count(*) from jsonb_object_keys(m.status_times)) < ${sql.lit(MAX_TIMELINE)} then excluded.status_times
  else coalesce((select jsonb_object_agg(key, value) from jsonb_each(excluded.status_times)
    where key in (${sql.join(MESSAGE_STATUSES.map((status) => sql.lit(status)))})), '{}') end`;

const messages = sql`
  message_in as (
    select * from jsonb_to_recordset(${messageRows}) as i(${REPORT_COLUMNS},
      channel text, status_times jsonb, error_code integer, segments integer, media_count integer)
  ),
  message_row as (
    insert into message as m (account_sid, sid, org_id, phone_number_id, agent_id, channel, direction, from_address,
      to_address, status, status_order, status_times, error_code, segments, media_count, started_at, price, price_unit,
      next_check_at, updated_at)
    select account_sid, sid, holder_org, holder_number, holder_agent, channel, direction, from_address, to_address,
      status, status_order, status_times, error_code, segments, media_count, started_at, price, price_unit,
      case when ${isMessageSettled("")} then null else next_check_at end,
      (select now from input)
    from (${attributed("message", sql`null`)}) i
    on conflict (account_sid, sid) do update set
      status = ${merged("m", "status")},
      status_order = greatest(m.status_order, excluded.status_order),
      status_times = ${newTimes} || m.status_times,
      started_at = least(m.started_at, excluded.started_at),
      from_address = ${merged("m", "from_address", "empty")},
      to_address = ${merged("m", "to_address", "empty")},
      ${setMerged("m", ["segments", "media_count", "price", "price_unit"])},
      ${mergedWithStatus("m", "error_code")},
      next_check_at = case
        when ${isMessageSettled("m.")} or ${isMessageSettled("excluded.")}
          or (greatest(m.status_order, excluded.status_order) >= ${messageEndedOrder}
            and coalesce(m.segments, excluded.segments) is not null) then null
        else m.next_check_at end,
      updated_at = excluded.updated_at
    returning account_sid, sid
  )`;

/** As with calls; one that never left has no segments that anybody needs. */
function isMessageSettled(prefix: "" | "m." | "excluded."): RawBuilder<boolean> {
  const [order, status, segments] = ["status_order", "status", "segments"].map((column) =>
    sql.raw(prefix + column),
  );
  return sql`(${order} >= ${messageEndedOrder}
    and (${segments} is not null or ${status} in ('failed', 'canceled')))`;
}

const events = sql`
  event as (
    insert into status_event (account_sid, sid, status, discriminator, params, received_at)
    select account_sid, sid, status, discriminator, params, received_at
    from jsonb_to_recordset(${eventRows})
      as i(account_sid text, sid text, status text, discriminator text, params jsonb, received_at timestamptz)
    order by account_sid, sid, status, discriminator
    on conflict (account_sid, sid, status, discriminator) do nothing
    returning account_sid, sid, status, discriminator
  )`;

export interface StoredEventRow {
  readonly account_sid: string;
  readonly sid: string;
  readonly status: string;
  readonly discriminator: string;
}

const everything = sql`
  input as (select ${now} as now),
  ${events}, ${calls}, ${messages}`;

/** Answers which of the events are new. */
export const RECORD_TRAFFIC: PlannedStatement<TrafficBatch, StoredEventRow> = {
  name: "record-traffic",
  query: sql`with ${everything} select account_sid, sid, status, discriminator from event`,
};

export interface StoredReportRow {
  readonly account_sid: string;
  readonly sid: string;
}

/** The same, but answers which of the calls and messages belong to somebody here. */
export const RECORD_REPORTS: PlannedStatement<TrafficBatch, StoredReportRow> = {
  name: "record-reports",
  query: sql`
    with ${everything}
    select account_sid, sid from call_row union all select account_sid, sid from message_row`,
};
