import type { Database, Db } from "../db/connect.ts";
import { inTransaction, step } from "../db/planned-queries.ts";
import { CALL_ENDED_ORDER } from "./call-status.ts";
import { type ChargeBatch, type Charged, RECORD_CHARGES } from "./charge-statement.ts";
import { nextCheckAt } from "./check-times.ts";
import { type MergedMessage, mergeCalls, mergeMessages } from "./merge-reports.ts";
import type { CallReport, Recorded, StatusEvent, TrafficRecord, TrafficReport } from "./traffic-report.ts";
import {
  RECORD_REPORTS,
  RECORD_TRAFFIC,
  type StoredEventRow,
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
  const { traffic, charges } = batchesOf(records, now);
  const rows = await planned.transaction(
    step(RECORD_TRAFFIC, traffic),
    ...(charges ? [step(RECORD_CHARGES, charges)] : []),
  );
  const stored = new Set(rows.map(eventKey));
  // Of two equal callbacks in one batch the first is the new one.
  return records.map(({ event }) => ({
    isNewEvent: event !== undefined && stored.delete(eventKey(eventRow(event))),
  }));
}

/** Like `recordTraffic`, for reports that no callback brought. @returns what difference they made, all together */
export function recordReports(db: Db, reports: readonly TrafficReport[], now: Date): Promise<Difference> {
  const records = reports.map((report) => ({ report }));
  const { traffic, charges } = batchesOf(records, now);
  return inTransaction(db, async (execute) => {
    const [reported] = await execute(RECORD_REPORTS, traffic);
    const [charged] = charges ? await execute(RECORD_CHARGES, charges) : [];
    return {
      held: reported?.held ?? 0,
      charges: charged?.charges ?? 0,
      corrections: charged?.corrections ?? 0,
    };
  });
}

/** `charges` is undefined where nothing can be charged: calls that have just begun are most of what is reported. */
function batchesOf(
  records: readonly TrafficRecord[],
  now: Date,
): { readonly traffic: TrafficBatch; readonly charges: ChargeBatch | undefined } {
  const reports = records.flatMap(({ report }) => report ?? []);
  const events = records.flatMap(({ event }) => (event ? { ...eventRow(event), ...eventBody(event) } : []));
  const calls = mergeCalls(reports.filter((report) => report.kind === "call"));
  const messages = mergeMessages(reports.filter((report) => report.kind === "message"));
  const callRows = calls.map((report) => callRow(report, now));
  const messageRows = messages.map((report) => messageRow(report, now));
  const endedCalls = calls.filter(({ statusOrder }) => statusOrder >= CALL_ENDED_ORDER);
  const isAnyCharged = endedCalls.length > 0 || messages.length > 0;
  return {
    traffic: [now, JSON.stringify(events), JSON.stringify(callRows), JSON.stringify(messageRows)],
    charges: isAnyCharged ? [now, keysOf(endedCalls), keysOf(messages)] : undefined,
  };
}

function keysOf(reports: readonly TrafficReport[]): string {
  return JSON.stringify(reports.map(({ accountSid, sid }) => ({ account_sid: accountSid, sid })));
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
