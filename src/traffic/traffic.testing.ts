// A ledger to look at: numbers without a Twilio behind them, reports to record, and what came of them.
import { sql } from "kysely";
import type { Db } from "../db/connect.ts";
import { callStatusOrder } from "./call-status.ts";
import { messageStatusOrder } from "./message-status.ts";
import type { CallReport, MessageReport } from "./traffic-report.ts";

export const ACCOUNT = `AC${"a".repeat(32)}`;
export const OURS = "+14155550100";
export const THEIRS = "+14155559999";
export const BEGAN = new Date("2026-01-10T12:00:00Z");

/** A number that org_1 holds and agent_1 answers, since the beginning of the year. */
export async function seedNumber(db: Db): Promise<void> {
  const at = new Date("2026-01-01T00:00:00Z");
  for (const orgId of ["org_1", "org_2"]) {
    await sql`insert into agent (org_id, id, name, voice, messaging, created_at, updated_at)
      values (${orgId}, ${`agent_of_${orgId}`}, 'An agent', '{}', '{}', ${at}, ${at})`.execute(db);
  }
  await sql`insert into twilio_account (id, org_id, sid, friendly_name, status, credentials, created_at, updated_at)
    values ('acct_1', 'org_1', ${ACCOUNT}, '', 'active', '', ${at}, ${at})`.execute(db);
  await sql`insert into phone_number (uid, org_id, id, operator_org_id, account_id, account_sid, sid, e164,
      friendly_name, capabilities, status, agent_id, health, created_at, updated_at)
    values (gen_random_uuid(), 'org_1', 'phone_1', 'org_1', 'acct_1', ${ACCOUNT}, 'PN1', ${OURS}, '', '{}', 'active',
      'agent_of_org_1', 'ok', ${at}, ${at})`.execute(db);
}

/** From `at` on another organization holds the number. */
export async function moveNumber(db: Db, orgId: string, at: Date): Promise<void> {
  await sql`update phone_number set org_id = ${orgId}, agent_id = ${`agent_of_${orgId}`}, updated_at = ${at}
    where id = 'phone_1'`.execute(db);
}

let count = 0;

/** A SID that no other test of this process has. */
export function freshSid(prefix: "CA" | "SM" | "MM"): string {
  count++;
  return prefix + count.toString(16).padStart(32, "0");
}

export function call(sid: string, status: string, changes: Partial<CallReport> = {}): CallReport {
  return {
    kind: "call",
    accountSid: ACCOUNT,
    sid,
    ourAddress: OURS,
    direction: "inbound",
    from: THEIRS,
    to: OURS,
    status,
    statusOrder: callStatusOrder(status),
    startedAt: BEGAN,
    ...changes,
  };
}

export function message(sid: string, status: string, changes: Partial<MessageReport> = {}): MessageReport {
  return {
    kind: "message",
    accountSid: ACCOUNT,
    sid,
    channel: "sms",
    ourAddress: OURS,
    direction: "outbound",
    from: OURS,
    to: THEIRS,
    status,
    statusOrder: messageStatusOrder(status),
    startedAt: BEGAN,
    reportedAt: BEGAN,
    ...changes,
  };
}

/** The entries of a SID, oldest first. */
export function entriesOf(db: Db, sid: string) {
  return db
    .selectFrom("usage_entry")
    .select([
      "revision",
      "kind",
      "count",
      "seconds",
      "segments",
      "is_provisional",
      "price",
      "org_id",
      "agent_id",
    ])
    .where("sid", "=", sid)
    .orderBy("revision")
    .execute();
}

/** What the rollup must be: the sum of the entries, minutes rounded up per leg. */
export async function summedEntries(db: Db) {
  const { rows } = await sql`
    select org_id, to_char(day, 'YYYY-MM-DD') as day, kind, direction, sum(count)::int as count,
      sum(seconds)::int as seconds, sum(ceil(seconds / 60.0))::int as minutes, sum(segments)::int as segments,
      sum(price)::numeric(20, 6)::text as price
    from (
      select org_id, day, kind, direction, sid, sum(count) as count, sum(seconds) as seconds,
        sum(segments) as segments, coalesce(sum(price), 0) as price
      from usage_entry group by org_id, day, kind, direction, sid
    ) leg
    group by org_id, day, kind, direction order by 1, 2, 3, 4`.execute(db);
  return rows;
}

export async function rollup(db: Db) {
  const { rows } = await sql`
    select org_id, to_char(day, 'YYYY-MM-DD') as day, kind, direction, sum(count)::int as count,
      sum(seconds)::int as seconds, sum(minutes)::int as minutes, sum(segments)::int as segments,
      sum(price)::numeric(20, 6)::text as price
    from usage_daily group by org_id, day, kind, direction order by 1, 2, 3, 4`.execute(db);
  return rows;
}
