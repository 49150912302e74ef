import { type Selectable, sql } from "kysely";
import type { Db } from "../db/connect.ts";
import type { MessageTable } from "../db/tables/traffic.ts";
import { chargedSegments, isMessageCharged } from "./charged.ts";
import { costOf, priceOf } from "./cost.ts";
import { inOrder, type Message } from "./message.ts";
import type { Money } from "./money.ts";
import { rowMatches, type TrafficQuery } from "./traffic-query.ts";
import type { MessageChannel } from "./traffic-report.ts";

type Row = Selectable<MessageTable> & { cost: Money | null; twilio_price: Money | null };

export interface MessageQuery extends TrafficQuery {
  readonly channel?: MessageChannel | undefined;
}

const cost = costOf({
  table: "message",
  kind: sql`message.channel`,
  isCharged: isMessageCharged("message"),
  quantity: sql`case rate.unit when 'segment' then ${chargedSegments("message")} when 'message' then 1 else 0 end`,
});

/** An organization's messages, newest first. */
export async function listMessages(db: Db, orgId: string, query: MessageQuery): Promise<readonly Message[]> {
  const rows = await selectMessages(db)
    .where(rowMatches(orgId, query))
    .$if(query.channel !== undefined, (q) => q.where("channel", "=", query.channel ?? "sms"))
    .orderBy("started_at", "desc")
    .orderBy("sid", "desc")
    .limit(query.limit)
    .execute();
  return rows.map(messageFromRow);
}

export async function findMessage(db: Db, orgId: string, sid: string): Promise<Message | undefined> {
  const row = await selectMessages(db).where("org_id", "=", orgId).where("sid", "=", sid).executeTakeFirst();
  return row && messageFromRow(row);
}

/** Keeps with a message that came in why the late reply to it was refused. */
export async function saveReplyError(
  db: Db,
  {
    accountSid,
    sid,
    code,
    now,
  }: Pick<Message, "accountSid" | "sid"> & { readonly code: number; readonly now: Date },
): Promise<void> {
  await db
    .updateTable("message")
    .set({ reply_error_code: code, updated_at: now })
    .where("account_sid", "=", accountSid)
    .where("sid", "=", sid)
    .execute();
}

function selectMessages(db: Db) {
  return db
    .selectFrom("message")
    .selectAll("message")
    .select([cost.as("cost"), priceOf("message").as("twilio_price")]);
}

function messageFromRow(row: Row): Message {
  // Only traffic-store.ts writes the column: an ISO time for each status.
  const times = Object.entries(row.status_times as Readonly<Record<string, string>>);
  return {
    accountSid: row.account_sid,
    sid: row.sid,
    phoneNumberId: row.phone_number_id,
    agentId: row.agent_id ?? undefined,
    channel: row.channel,
    direction: row.direction,
    from: row.from_address,
    to: row.to_address,
    status: row.status,
    timeline: inOrder(times.map(([status, at]) => ({ status, at: new Date(at) }))),
    errorCode: row.error_code ?? undefined,
    replyErrorCode: row.reply_error_code ?? undefined,
    segments: row.segments ?? undefined,
    mediaCount: row.media_count ?? undefined,
    startedAt: row.started_at,
    cost: row.cost ?? undefined,
    twilioPrice: row.twilio_price ?? undefined,
  };
}
