// How much was used, and what it costs. Reads the rollups only, which are kept as entries are recorded.
import type { Actor } from "../auth/actor.ts";
import { AppError } from "../base/errors.ts";
import { pageOf } from "../base/page.ts";
import type { Db } from "../db/connect.ts";
import { isTimedOut } from "../db/sql-errors.ts";
import { daySchema } from "./day.ts";
import { GROUPS, type ReportQuery, type UsageGroup, type UsageReport, type UsageRow } from "./report.ts";
import { findPhoneNumbers, readReport } from "./report-store.ts";

/** Enough for about a hundred million rows of a rollup. */
const TIMEOUT_MS = 20_000;

/**
 * The usage of the actor's organization in a range of days, a page of rows at a time.
 *
 * @param timeoutMs of the sum of everything, and of the page; the embedded database does not give up
 * @throws AppError `invalid_input` for a cursor that is of another report; `report_too_large`
 */
export async function reportUsage(
  { db }: { readonly db: Db },
  actor: Actor,
  query: ReportQuery,
  timeoutMs = TIMEOUT_MS,
): Promise<UsageReport> {
  const groupBy = GROUPS.filter((group) => query.groupBy.includes(group));
  const after = query.cursor === undefined ? undefined : parseCursor(query.cursor, groupBy);
  const wanted = { ...query, groupBy, after, limit: query.limit + 1 };
  const { rows, totals } = await readReport(db, actor.orgId, wanted, timeoutMs).catch(tooLarge);
  const page = pageOf(rows, query.limit, (last) => cursorOf(last, groupBy));
  const named = groupBy.includes("number") ? await withNumbers(db, actor.orgId, page.rows) : page.rows;
  return { ...page, rows: named, totals };
}

function tooLarge(error: unknown): never {
  if (!isTimedOut(error)) throw error;
  throw new AppError("report_too_large", {
    detail: "Ask for fewer days, or export the entries of these.",
    cause: error,
  });
}

async function withNumbers(db: Db, orgId: string, rows: readonly UsageRow[]): Promise<readonly UsageRow[]> {
  const ids = new Set(rows.map(({ phoneNumberId = "" }) => phoneNumberId));
  const numbers = await findPhoneNumbers(db, orgId, [...ids]);
  return rows.map((row) => ({ ...row, phoneNumber: numbers.get(row.phoneNumberId ?? "") }));
}

const VALUE_OF: Record<UsageGroup, (row: UsageRow) => string | null | undefined> = {
  month: ({ month }) => month,
  day: ({ day }) => day,
  agent: ({ agentId }) => agentId,
  number: ({ phoneNumberId }) => phoneNumberId,
  kind: ({ kind }) => kind,
  direction: ({ direction }) => direction,
};

/** No id contains a comma. */
function cursorOf(row: UsageRow, groupBy: readonly UsageGroup[]): string {
  return groupBy.map((group) => VALUE_OF[group](row) ?? "").join(",");
}

/** Whether it is a day where it should be; texts may be any. */
function isDayOf(group: UsageGroup, value: string | undefined): boolean {
  if (group === "month") return daySchema.safeParse(`${value}-01`).success;
  return group !== "day" || daySchema.safeParse(value).success;
}

function parseCursor(cursor: string, groupBy: readonly UsageGroup[]): readonly string[] {
  const values = cursor.split(",");
  if (values.length === groupBy.length && groupBy.every((group, index) => isDayOf(group, values[index]))) {
    return values;
  }
  throw new AppError("invalid_input", {
    detail: "cursor: not one of this report; give the nextCursor of its page before, and the same groupBy",
  });
}
