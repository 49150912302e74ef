import { type RawBuilder, sql } from "kysely";
import type { Db } from "../../db/connect.ts";
import type { PagePosition } from "../../traffic/traffic-query.ts";
import type { PhoneNumber } from "../phone-number.ts";

export type TimelineKind = "operation" | "call" | "message" | "alert";

/** Something that happened to a number; by its key, of its kind. */
export interface TimelineRef extends PagePosition {
  readonly kind: TimelineKind;
}

export interface TimelinePage {
  readonly after: PagePosition | undefined;
  readonly limit: number;
}

/** What happened to a number while the organization held it, newest first. Each kind is read from an index of its own. */
export async function listTimeline(
  db: Db,
  number: PhoneNumber,
  page: TimelinePage,
): Promise<readonly TimelineRef[]> {
  const { orgId, uid, id } = number;
  const ofNumber = sql<boolean>`phone_number_uid = ${uid} and org_id = ${orgId}`;
  const byId = sql<boolean>`org_id = ${orgId} and phone_number_id = ${id}`;
  const { rows } = await sql<{ kind: TimelineKind; sid: string; startedAt: Date }>`
    select kind, id as sid, at as "startedAt" from (
      ${latest({ kind: "operation", table: "operation", id: "id", at: "created_at", where: ofNumber }, page)}
      union all
      ${latest({ kind: "call", table: "call", id: "sid", at: "started_at", where: byId }, page)}
      union all
      ${latest({ kind: "message", table: "message", id: "sid", at: "started_at", where: byId }, page)}
      union all
      ${latest({ kind: "alert", table: "alert", id: "id", at: "first_seen_at", where: ofNumber }, page)}
    ) as entry
    order by at desc, id desc limit ${page.limit}
  `.execute(db);
  return rows;
}

interface Source {
  readonly kind: TimelineKind;
  readonly table: string;
  readonly id: string;
  readonly at: string;
  readonly where: RawBuilder<boolean>;
}

function latest({ kind, table, id, at, where }: Source, { after, limit }: TimelinePage): RawBuilder<unknown> {
  const [key, time] = [sql.ref(id), sql.ref(at)];
  const isAfter = after
    ? sql`(${time}, ${key}) < (${after.startedAt}::timestamptz, ${after.sid})`
    : sql`true`;
  return sql`(
    select ${sql.lit(kind)} as kind, ${key} as id, ${time} as at from ${sql.table(table)}
    where ${where} and ${isAfter} order by ${time} desc, ${key} desc limit ${limit}
  )`;
}
