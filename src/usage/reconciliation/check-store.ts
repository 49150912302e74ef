import { sql } from "kysely";
import type { Db } from "../../db/connect.ts";
import { repeatOnDeadlock } from "../../db/deadlocks.ts";

export interface OpenRow {
  readonly accountSid: string;
  readonly sid: string;
  readonly startedAt: Date;
  /** When it was due. */
  readonly checkAt: Date;
}

/** Calls and messages of which something is missing and that are due to be asked about, the longest due first. */
export async function listDue(db: Db, now: Date, limit: number): Promise<readonly OpenRow[]> {
  const { rows } = await sql<OpenRow>`
    (select account_sid as "accountSid", sid, started_at as "startedAt", next_check_at as "checkAt" from call
      where next_check_at <= ${now} order by next_check_at limit ${limit})
    union all
    (select account_sid, sid, started_at, next_check_at from message
      where next_check_at <= ${now} order by next_check_at limit ${limit})
    order by "checkAt" limit ${limit}`.execute(db);
  return rows;
}

export interface NextCheck extends Pick<OpenRow, "accountSid" | "sid" | "checkAt"> {
  /** Undefined for never again. */
  readonly nextCheckAt: Date | undefined;
}

/** Only where the check is still the one that was made: what is settled meanwhile stays so. */
export async function putOff(db: Db, checks: readonly NextCheck[]): Promise<void> {
  const rows = checks.map(({ accountSid, sid, checkAt, nextCheckAt }) => ({
    account_sid: accountSid,
    sid,
    check_at: checkAt,
    next_check_at: nextCheckAt,
  }));
  for (const table of ["call", "message"] as const) {
    const update = sql`
      update ${sql.table(table)} t set next_check_at = i.next_check_at
      from json_to_recordset(${JSON.stringify(rows)}::json)
        as i(account_sid text, sid text, check_at timestamptz, next_check_at timestamptz)
      where t.account_sid = i.account_sid and t.sid = i.sid and t.next_check_at = i.check_at`;
    await repeatOnDeadlock(() => update.execute(db));
  }
}
