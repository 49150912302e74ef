import type { Database, Db } from "../db/connect.ts";
import { executeOn } from "../db/planned-queries.ts";
import { nextCheckAt } from "./check-times.ts";
import { type MergedMessage, mergeCalls, mergeMessages } from "./merge-reports.ts";
import type { CallReport, Recorded, StatusEvent, TrafficRecord, TrafficReport } from "./traffic-report.ts";
import {
  type Difference,
  RECORD_DIFFERENCE,
  RECORD_TRAFFIC,
  type StoredEventRow,
  type TrafficBatch,
} from "./traffic-statement.ts";

/**
 * Makes records durable, with everything that follows from them: the state of their calls and messages, and the ledger.
 * Repeating it changes nothing. A report about a number that nobody here holds leaves only its event.
 *
 * @returns one for each record, in their order
 */
export async function recordTraffic(
  { planned }: Pick<Database, "planned">,
  records: readonly TrafficRecord[],
  now: Date,
): Promise<readonly Recorded[]> {
  const rows = await planned.execute(RECORD_TRAFFIC, batchOf(records, now));
  const stored = new Set(rows.map(eventKey));
  // Of two equal callbacks in one batch the first is the new one.
  return records.map(({ event }) => ({
    isNewEvent: event !== undefined && stored.delete(eventKey(eventRow(event))),
  }));
}

/** Like `recordTraffic`, for reports that no callback brought. @returns what difference they made, all together */
export async function recordReports(
  db: Db,
  reports: readonly TrafficReport[],
  now: Date,
): Promise<Difference> {
  const batch = batchOf(
    reports.map((report) => ({ report })),
    now,
  );
  const [difference] = await executeOn(db, RECORD_DIFFERENCE, batch);
  return difference ?? { held: 0, charges: 0, corrections: 0 };
}

function batchOf(records: readonly TrafficRecord[], now: Date): TrafficBatch {
  const reports = records.flatMap(({ report }) => report ?? []);
  const events = records.flatMap(({ event }) => (event ? { ...eventRow(event), ...eventBody(event) } : []));
  const calls = mergeCalls(reports.filter((report) => report.kind === "call")).map((report) =>
    callRow(report, now),
  );
  const messages = mergeMessages(reports.filter((report) => report.kind === "message")).map((report) =>
    messageRow(report, now),
  );
  return [now, JSON.stringify(events), JSON.stringify(calls), JSON.stringify(messages)];
}

function eventRow({ accountSid, sid, status, discriminator }: StatusEvent): StoredEventRow {
  return { account_sid: accountSid, sid, status, discriminator };
}

function eventBody({ params, receivedAt }: StatusEvent) {
  return { params, received_at: receivedAt };
}

function eventKey({ account_sid, sid, status, discriminator }: StoredEventRow): string {
  return [account_sid, sid, status, discriminator].join("\n");
}

function reportRow(report: TrafficReport, now: Date) {
  const { accountSid, sid, holder, ourAddress, direction, from, to, status, statusOrder, startedAt } = report;
  return {
    account_sid: accountSid,
    sid,
    org_id: holder?.orgId,
    phone_number_id: holder?.phoneNumberId,
    agent_id: holder?.agentId,
    our_address: ourAddress,
    direction,
    from_address: from,
    to_address: to,
    status,
    status_order: statusOrder,
    started_at: startedAt,
    price: report.price,
    price_unit: report.priceUnit,
    next_check_at: nextCheckAt(startedAt, now),
  };
}

function callRow(report: CallReport, now: Date) {
  return {
    ...reportRow(report, now),
    parent_sid: report.parentSid,
    answered_at: report.answeredAt,
    ended_at: report.endedAt,
    duration_seconds: report.durationSeconds,
    sip_code: report.sipCode,
    answered_by: report.answeredBy,
  };
}

function messageRow(report: MergedMessage, now: Date) {
  return {
    ...reportRow(report, now),
    channel: report.channel,
    status_times: report.statusTimes,
    error_code: report.errorCode,
    segments: report.segments,
    media_count: report.mediaCount,
  };
}
