// How much was used, and what it costs. Reads the rollups only, which are kept as entries are recorded.
import type { Actor } from "../auth/actor.ts";
import { AppError } from "../base/errors.ts";
import { pageOf } from "../base/page.ts";
import type { Db } from "../db/connect.ts";
import { daySchema } from "./day.ts";
import { GROUPS, type ReportQuery, type UsageGroup, type UsageReport, type UsageRow } from "./report.ts";
import { findPhoneNumbers, readReport } from "./report-store.ts";

/**
 * The usage of the actor's organization in a range of days, a page of rows at a time.
 *
 * @throws AppError `invalid_input` for a cursor that is of another report
 */
export async function reportUsage(
  { db }: { readonly db: Db },
  actor: Actor,
  query: ReportQuery,
): Promise<UsageReport> {
  const groupBy = GROUPS.filter((group) => query.groupBy.includes(group));
  const after = query.cursor === undefined ? undefined : parseCursor(query.cursor, groupBy);
  const { rows, totals } = await readReport(db, actor.orgId, {
    ...query,
    groupBy,
    after,
    limit: query.limit + 1,
  });
  const page = pageOf(rows, query.limit, (last) => cursorOf(last, groupBy));
  const named = groupBy.includes("number") ? await withNumbers(db, actor.orgId, page.rows) : page.rows;
  return { ...page, rows: named, totals };
}

async function withNumbers(db: Db, orgId: string, rows: readonly UsageRow[]): Promise<readonly UsageRow[]> {
  const ids = new Set(rows.map(({ phoneNumberId = "" }) => phoneNumberId));
  const numbers = await findPhoneNumbers(db, orgId, [...ids]);
  return rows.map((row) => ({ ...row, phoneNumber: numbers.get(row.phoneNumberId ?? "") }));
}

const VALUE_OF: Record<UsageGroup, (row: UsageRow) => string | null | undefined> = {
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

function parseCursor(cursor: string, groupBy: readonly UsageGroup[]): readonly string[] {
  const values = cursor.split(",");
  const isDayValid = !groupBy.includes("day") || daySchema.safeParse(values[0]).success;
  if (values.length === groupBy.length && isDayValid) return values;
  throw new AppError("invalid_input", {
    detail: "cursor: not one of this report; give the nextCursor of its page before, and the same groupBy",
  });
}
