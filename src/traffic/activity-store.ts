import { sql } from "kysely";
import type { Db } from "../db/connect.ts";
import type { Call } from "./call.ts";
import { listCalls } from "./call-store.ts";
import type { Message } from "./message.ts";
import { listMessages } from "./message-store.ts";

export type Activity =
  | { readonly kind: "call"; readonly call: Call }
  | { readonly kind: "message"; readonly message: Message };

/** What differs when the call or message has changed. */
export interface ActivityVersion {
  readonly kind: Activity["kind"];
  readonly sid: string;
  readonly version: string;
}

/** Of an organization's newest calls and messages, at most `limit` each, in the order in which they began. */
export async function listNewestVersions(
  db: Db,
  orgId: string,
  limit: number,
): Promise<readonly ActivityVersion[]> {
  const newest = (table: "call" | "message") => sql`(
    select ${sql.lit(table)} as kind, sid, status || ' ' || updated_at as version, started_at from ${sql.table(table)}
    where org_id = ${orgId} order by started_at desc, sid desc limit ${limit}
  )`;
  const { rows } = await sql<ActivityVersion>`
    select kind, sid, version from (${newest("call")} union all ${newest("message")}) as traffic order by started_at
  `.execute(db);
  return rows;
}

/** The calls and messages as they are now, in the same order. */
export async function loadActivity(
  db: Db,
  orgId: string,
  versions: readonly ActivityVersion[],
): Promise<readonly Activity[]> {
  const sidsOf = (wanted: Activity["kind"]) =>
    versions.flatMap(({ kind, sid }) => (kind === wanted ? sid : []));
  const [callSids, messageSids] = [sidsOf("call"), sidsOf("message")];
  const limit = versions.length;
  const calls = callSids.length > 0 ? await listCalls(db, orgId, { sids: callSids, limit }) : [];
  const messages = messageSids.length > 0 ? await listMessages(db, orgId, { sids: messageSids, limit }) : [];
  const bySid = new Map<string, Activity>([
    ...calls.map((call) => [call.sid, { kind: "call", call }] as const),
    ...messages.map((message) => [message.sid, { kind: "message", message }] as const),
  ]);
  return versions.flatMap(({ sid }) => bySid.get(sid) ?? []);
}
