import { sql } from "kysely";
import type { Db } from "../db/connect.ts";
import type { Direction } from "./traffic-report.ts";

/** How many calls or messages of one kind began in an hour. */
export interface HourCount {
  readonly kind: "call" | "message";
  readonly direction: Direction;
  readonly status: string;
  /** Its beginning, UTC. */
  readonly hour: Date;
  readonly count: number;
}

/** Counts an organization's traffic since a time by the hour; of calls and of messages at most the newest `limit` each. */
export async function countByHour(
  db: Db,
  orgId: string,
  { since, limit }: { readonly since: Date; readonly limit: number },
): Promise<readonly HourCount[]> {
  const newest = (table: "call" | "message") => sql`(
    select ${sql.lit(table)} as kind, direction, status, started_at from ${sql.table(table)}
    where org_id = ${orgId} and started_at >= ${since} order by started_at desc, sid desc limit ${limit}
  )`;
  const { rows } = await sql<HourCount>`
    select kind, direction, status, date_trunc('hour', started_at, 'UTC') as hour, count(*)::integer as count
    from (${newest("call")} union all ${newest("message")}) as traffic
    group by 1, 2, 3, 4
  `.execute(db);
  return rows;
}
