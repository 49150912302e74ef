import { type Selectable, sql } from "kysely";
import type { Db } from "../db/connect.ts";
import type { CallTable } from "../db/tables/traffic.ts";
import type { Call } from "./call.ts";
import { isCallCharged, minutesOf } from "./charged.ts";
import { costOf, priceOf } from "./cost.ts";
import type { Money } from "./money.ts";
import { rowMatches, type TrafficQuery } from "./traffic-query.ts";

type Row = Selectable<CallTable> & { cost: Money | null; twilio_price: Money | null };

const cost = costOf({
  table: "call",
  kind: sql`'voice'`,
  isCharged: isCallCharged("call"),
  quantity: sql`case rate.unit when 'minute' then ${minutesOf(sql`call.duration_seconds`)} else 0 end`,
});

/** An organization's calls, newest first. */
export async function listCalls(db: Db, orgId: string, query: TrafficQuery): Promise<readonly Call[]> {
  const rows = await selectCalls(db)
    .where(rowMatches(orgId, query))
    .orderBy("started_at", "desc")
    .orderBy("sid", "desc")
    .limit(query.limit)
    .execute();
  return rows.map(callFromRow);
}

export async function findCall(db: Db, orgId: string, sid: string): Promise<Call | undefined> {
  const row = await selectCalls(db).where("org_id", "=", orgId).where("sid", "=", sid).executeTakeFirst();
  return row && callFromRow(row);
}

function selectCalls(db: Db) {
  return db
    .selectFrom("call")
    .selectAll("call")
    .select([cost.as("cost"), priceOf("call").as("twilio_price")]);
}

function callFromRow(row: Row): Call {
  return {
    accountSid: row.account_sid,
    sid: row.sid,
    phoneNumberId: row.phone_number_id,
    agentId: row.agent_id ?? undefined,
    direction: row.direction,
    from: row.from_address,
    to: row.to_address,
    status: row.status,
    startedAt: row.started_at,
    answeredAt: row.answered_at ?? undefined,
    endedAt: row.ended_at ?? undefined,
    durationSeconds: row.duration_seconds ?? undefined,
    sipCode: row.sip_code ?? undefined,
    answeredBy: row.answered_by ?? undefined,
    parentSid: row.parent_sid ?? undefined,
    cost: row.cost ?? undefined,
    twilioPrice: row.twilio_price ?? undefined,
  };
}
