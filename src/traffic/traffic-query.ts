// What the lists of calls and of messages have in common: what they can be asked for, and how they go on page by page.
import { type Expression, expressionBuilder, type SqlBool } from "kysely";
import { isComparable } from "../base/clock.ts";
import { isStorable } from "../base/text.ts";
import type { Tables } from "../db/tables.ts";
import type { Direction } from "./traffic-report.ts";

/** The last row of a page. Two rows of one moment are told apart by their SIDs. */
export interface PagePosition {
  readonly startedAt: Date;
  readonly sid: string;
}

export interface TrafficQuery {
  /** Rows that come after this one. */
  readonly after?: PagePosition | undefined;
  readonly limit: number;
  /** Not empty. */
  readonly sids?: readonly string[] | undefined;
  readonly phoneNumberId?: string | undefined;
  readonly agentId?: string | undefined;
  readonly direction?: Direction | undefined;
  readonly status?: string | undefined;
  /** Began then or later. */
  readonly from?: Date | undefined;
  /** Began before. */
  readonly to?: Date | undefined;
}

/** What a row of an organization must be like. The names are columns of both tables. */
export function rowMatches(orgId: string, query: TrafficQuery): Expression<SqlBool> {
  const eb = expressionBuilder<Tables, "call">();
  const { after, sids, phoneNumberId, agentId, direction, status, from, to } = query;
  return eb.and([
    eb("org_id", "=", orgId),
    ...(sids === undefined ? [] : [eb("sid", "in", sids)]),
    ...(phoneNumberId === undefined ? [] : [eb("phone_number_id", "=", phoneNumberId)]),
    ...(agentId === undefined ? [] : [eb("agent_id", "=", agentId)]),
    ...(direction === undefined ? [] : [eb("direction", "=", direction)]),
    ...(status === undefined ? [] : [eb("status", "=", status)]),
    ...(from === undefined ? [] : [eb("started_at", ">=", from)]),
    ...(to === undefined ? [] : [eb("started_at", "<", to)]),
    // Compared as a pair, which the index on both can do.
    ...(after === undefined
      ? []
      : [eb(eb.refTuple("started_at", "sid"), "<", eb.tuple(after.startedAt, after.sid))]),
  ]);
}

export function cursorOf({ startedAt, sid }: PagePosition): string {
  return Buffer.from(`${startedAt.toISOString()} ${sid}`).toString("base64url");
}

/** @returns undefined for a text that is no cursor of ours */
export function positionOf(cursor: string): PagePosition | undefined {
  const [time = "", sid = ""] = Buffer.from(cursor, "base64url").toString().split(" ");
  const startedAt = new Date(time);
  const isOurs = isComparable(startedAt) && isStorable(sid) && cursorOf({ startedAt, sid }) === cursor;
  return isOurs ? { startedAt, sid } : undefined;
}
