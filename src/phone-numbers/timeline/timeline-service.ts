// Everything that happened to a number, in one list: what was done to it, its calls and messages, and alerts about it.
import type { Alert } from "../../alerts/alert.ts";
import { listAlerts } from "../../alerts/alert-store.ts";
import type { Actor } from "../../auth/actor.ts";
import { type Page, pageOf } from "../../base/page.ts";
import type { Db } from "../../db/connect.ts";
import type { Call } from "../../traffic/call.ts";
import { listCalls } from "../../traffic/call-store.ts";
import type { Message } from "../../traffic/message.ts";
import { listMessages } from "../../traffic/message-store.ts";
import { cursorOf } from "../../traffic/traffic-query.ts";
import { startOf } from "../../traffic/traffic-service.ts";
import type { Operation } from "../operations/operation.ts";
import { listOperations } from "../operations/operation-store.ts";
import { getPhoneNumber } from "../phone-number-lookup.ts";
import { listTimeline, type TimelineKind, type TimelineRef } from "./timeline-store.ts";

export type TimelineEntry = { readonly at: Date } & (
  | { readonly kind: "operation"; readonly operation: Operation }
  | { readonly kind: "call"; readonly call: Call }
  | { readonly kind: "message"; readonly message: Message }
  | { readonly kind: "alert"; readonly alert: Alert }
);

/**
 * What happened to a number, newest first.
 *
 * @throws AppError `phone_number_not_found`, `invalid_input` for a cursor that is none
 */
export async function readTimeline(
  db: Db,
  actor: Actor,
  phoneNumberId: string,
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<Page<TimelineEntry>> {
  const after = startOf(cursor);
  const number = await getPhoneNumber(db, actor, phoneNumberId);
  const found = await listTimeline(db, number, { after, limit: limit + 1 });
  const page = pageOf(found, limit, cursorOf);
  return { ...page, rows: await entriesOf(db, actor.orgId, page.rows) };
}

async function entriesOf(
  db: Db,
  orgId: string,
  refs: readonly TimelineRef[],
): Promise<readonly TimelineEntry[]> {
  const limit = refs.length;
  const keysOf = (wanted: TimelineKind) => refs.flatMap(({ kind, sid }) => (kind === wanted ? sid : []));
  const load = async <T>(kind: TimelineKind, read: (keys: readonly string[]) => Promise<readonly T[]>) => {
    const keys = keysOf(kind);
    return keys.length === 0 ? [] : read(keys);
  };
  const [operations, calls, messages, alerts] = await Promise.all([
    load("operation", (ids) => listOperations(db, orgId, { ids, limit })),
    load("call", (sids) => listCalls(db, orgId, { sids, limit })),
    load("message", (sids) => listMessages(db, orgId, { sids, limit })),
    load("alert", (ids) => listAlerts(db, orgId, { ids, limit })),
  ]);
  const entries: readonly TimelineEntry[] = [
    ...operations.map((operation) => ({ kind: "operation", at: operation.createdAt, operation }) as const),
    ...calls.map((call) => ({ kind: "call", at: call.startedAt, call }) as const),
    ...messages.map((message) => ({ kind: "message", at: message.startedAt, message }) as const),
    ...alerts.map((alert) => ({ kind: "alert", at: alert.firstSeenAt, alert }) as const),
  ];
  const order = new Map(refs.map(({ sid }, index) => [sid, index]));
  const placeOf = (entry: TimelineEntry) => order.get(keyOf(entry)) ?? 0;
  return entries.toSorted((one, other) => placeOf(one) - placeOf(other));
}

function keyOf(entry: TimelineEntry): string {
  if (entry.kind === "operation") return entry.operation.id;
  if (entry.kind === "call") return entry.call.sid;
  return entry.kind === "message" ? entry.message.sid : entry.alert.id;
}
