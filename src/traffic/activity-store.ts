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

/** Of an organization's calls and messages that have changed since then, at most the last `limit` each, oldest first. */
export async function listChangedVersions(
  db: Db,
  orgId: string,
  since: Date,
  limit: number,
): Promise<readonly ActivityVersion[]> {
  const changed = (table: "call" | "message") => sql`(
    select ${sql.lit(table)} as kind, sid, status || ' ' || updated_at as version, updated_at, started_at
    from ${sql.table(table)}
    where org_id = ${orgId} and updated_at >= ${since} order by updated_at desc limit ${limit}
  )`;
  const { rows } = await sql<ActivityVersion>`
    select kind, sid, version from (${changed("call")} union all ${changed("message")}) as traffic
    order by updated_at, started_at
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
