import type { Database, Db } from "../db/connect.ts";
import { inTransaction, step } from "../db/planned-queries.ts";
import { CALL_ENDED_ORDER } from "./call-status.ts";
import { type ChargeBatch, type Charged, RECORD_CHARGES } from "./charge-statement.ts";
import { nextCheckAt } from "./check-times.ts";
import { roundsOf } from "./report-rounds.ts";
import type {
  CallReport,
  MessageReport,
  Recorded,
  StatusEvent,
  TrafficRecord,
  TrafficReport,
} from "./traffic-report.ts";
import {
  RECORD_REPORTS,
  RECORD_TRAFFIC,
  type StoredEventRow,
  type StoredReportRow,
  type TrafficBatch,
} from "./traffic-statement.ts";

/** What reports amount to: how many of their calls and messages belong to somebody here, and what changed for them. */
export interface Difference extends Charged {
  readonly held: number;
}

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
  const reports = records.flatMap(({ report }) => report ?? []);
  const events = records.flatMap(({ event }) => (event ? { ...eventRow(event), ...eventBody(event) } : []));
  const [first = [], ...later] = roundsOf(reports);
  const rows = await planned.transaction(
    step(RECORD_TRAFFIC, trafficBatch(first, now, events)),
    ...later.map((round) => step(RECORD_TRAFFIC, trafficBatch(round, now))),
    ...chargeBatches(reports, now).map((batch) => step(RECORD_CHARGES, batch)),
  );
  const stored = new Set(rows.map(eventKey));
  // Of two equal callbacks in one batch the first is the new one.
  return records.map(({ event }) => ({
    isNewEvent: event !== undefined && stored.delete(eventKey(eventRow(event))),
  }));
}

/** Like `recordTraffic`, for reports that no callback brought. @returns what difference they made, all together */
export function recordReports(db: Db, reports: readonly TrafficReport[], now: Date): Promise<Difference> {
  return inTransaction(db, async (execute) => {
    const held = new Set<string>();
    for (const round of roundsOf(reports)) {
      for (const row of await execute(RECORD_REPORTS, trafficBatch(round, now))) held.add(keyOf(row));
    }
    let charged: Charged = { charges: 0, corrections: 0 };
    for (const batch of chargeBatches(reports, now))
      [charged = charged] = await execute(RECORD_CHARGES, batch);
    return { held: held.size, ...charged };
  });
}

function trafficBatch(
  reports: readonly TrafficReport[],
  now: Date,
  events: readonly StoredEventRow[] = [],
): TrafficBatch {
  const calls = reports.flatMap((report) => (report.kind === "call" ? callRow(report, now) : []));
  const messages = reports.flatMap((report) => (report.kind === "message" ? messageRow(report, now) : []));
  return [now, JSON.stringify(events), JSON.stringify(calls), JSON.stringify(messages)];
}

/** One, or none where nothing can be charged: calls that have just begun are most of what is reported. */
function chargeBatches(reports: readonly TrafficReport[], now: Date): readonly ChargeBatch[] {
  const calls = reports.filter((report) => report.kind === "call" && canChangeCharge(report));
  const messages = reports.filter(({ kind }) => kind === "message");
  if (calls.length + messages.length === 0) return [];
  return [[now, keysOf(calls), keysOf(messages)]];
}

function canChangeCharge({ statusOrder, durationSeconds, price }: CallReport): boolean {
  return statusOrder >= CALL_ENDED_ORDER || durationSeconds !== undefined || price !== undefined;
}

/** Each once. */
function keysOf(reports: readonly TrafficReport[]): string {
  const rows = reports.map(({ accountSid, sid }) => ({ account_sid: accountSid, sid }));
  return JSON.stringify([...new Map(rows.map((row) => [keyOf(row), row])).values()]);
}

function keyOf({ account_sid, sid }: StoredReportRow): string {
  return `${account_sid}/${sid}`;
}

function eventRow({ accountSid, sid, status, discriminator }: StatusEvent): StoredEventRow {
  return { account_sid: accountSid, sid, status, discriminator };
}

function eventBody({ params, receivedAt }: StatusEvent) {
  return { params, received_at: isoTime(receivedAt) };
}

function eventKey({ account_sid, sid, status, discriminator }: StoredEventRow): string {
  return [account_sid, sid, status, discriminator].join("\n");
}

/** For JSON, which V8 writes three times as fast where nothing in it has a `toJSON`. */
function isoTime(time: Date | undefined): string | undefined {
  return time?.toISOString();
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
    started_at: isoTime(startedAt),
    price: report.price,
    price_unit: report.priceUnit,
    next_check_at: isoTime(nextCheckAt(startedAt, now)),
  };
}

function callRow(report: CallReport, now: Date) {
  return {
    ...reportRow(report, now),
    parent_sid: report.parentSid,
    answered_at: isoTime(report.answeredAt),
    ended_at: isoTime(report.endedAt),
    duration_seconds: report.durationSeconds,
    sip_code: report.sipCode,
    answered_by: report.answeredBy,
  };
}

function messageRow(report: MessageReport, now: Date) {
  return {
    ...reportRow(report, now),
    channel: report.channel,
    status_times: { [report.status]: isoTime(report.reportedAt) },
    error_code: report.errorCode,
    segments: report.segments,
    media_count: report.mediaCount,
  };
}
