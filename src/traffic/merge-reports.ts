// Pure: what several reports of one call or message add up to, in whatever order they come. The store merges with what it
// has by the same rule (traffic-statement.ts): the report of the higher status order speaks, the other fills its gaps, but
// for what it says of another status; and a call or message began when the earliest of them says.
import { MAX_TIMELINE, messageStatusOrder } from "./message-status.ts";
import { isLater } from "./status-order.ts";
import type { CallReport, MessageReport } from "./traffic-report.ts";

/** A message's report with each status heard so far and when. */
export interface MergedMessage extends MessageReport {
  readonly statusTimes: Readonly<Record<string, string>>;
}

export function mergeCalls(reports: Iterable<CallReport>): readonly CallReport[] {
  return mergeBySid(reports, mergeTwo);
}

export function mergeMessages(reports: Iterable<MessageReport>): readonly MergedMessage[] {
  const timed = Array.from(reports, (report) => ({
    ...report,
    statusTimes: { [report.status]: report.reportedAt.toISOString() },
  }));
  return mergeBySid(timed, (a, b) => ({ ...mergeTwo(a, b), statusTimes: earliest(a, b) }));
}

/** One for each SID, in their order: every node takes its row locks in the same one. */
function mergeBySid<T extends CallReport | MessageReport>(
  reports: Iterable<T>,
  merge: (a: T, b: T) => T,
): readonly T[] {
  const bySid = new Map<string, T>();
  for (const report of reports) {
    const key = `${report.accountSid}/${report.sid}`;
    const earlier = bySid.get(key);
    bySid.set(key, earlier ? merge(earlier, report) : report);
  }
  return [...bySid].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, report]) => report);
}

function mergeTwo<T extends CallReport | MessageReport>(a: T, b: T): T {
  const [speaks, fills] = isLater(b.statusOrder, a.statusOrder) ? [b, a] : [a, b];
  const startedAt = new Date(Math.min(a.startedAt.getTime(), b.startedAt.getTime()));
  const gaps = fills.status === speaks.status ? fills : { ...fills, ...NOTHING_OF_STATUS };
  // The members of two reports of one type, chosen one by one.
  return { ...gaps, ...known(speaks), holder: a.holder ?? b.holder, startedAt } as T;
}

const NOTHING_OF_STATUS = { errorCode: undefined, sipCode: undefined };

/** The members that say something: an address that is not known yet is empty. */
function known<T extends object>(report: T): Partial<T> {
  const entries = Object.entries(report).filter(([, value]) => value !== undefined && value !== "");
  // Some of the members of the same object.
  return Object.fromEntries(entries) as Partial<T>;
}

function earliest(a: MergedMessage, b: MergedMessage): MergedMessage["statusTimes"] {
  const times = new Map(Object.entries(a.statusTimes));
  for (const [status, at] of Object.entries(b.statusTimes)) {
    const before = times.get(status);
    // As in traffic-statement.ts: whoever makes statuses up must not make the row grow with them.
    const hasRoom = times.size < MAX_TIMELINE || messageStatusOrder(status) > 0;
    if (before === undefined ? hasRoom : at < before) times.set(status, at);
  }
  return Object.fromEntries(times);
}
