// Calls and messages as their organization sees them. Reads only.
import type { Actor } from "../auth/actor.ts";
import { AppError } from "../base/errors.ts";
import type { Db } from "../db/connect.ts";
import type { Call } from "./call.ts";
import { findCall, listCalls } from "./call-store.ts";
import { listStatusEvents } from "./event-store.ts";
import type { Message } from "./message.ts";
import { findMessage, listMessages, type MessageQuery } from "./message-store.ts";
import { pageOf, type TrafficPage, type TrafficQuery } from "./traffic-query.ts";
import type { StatusEvent } from "./traffic-report.ts";

export interface TrafficDeps {
  readonly db: Db;
}

/** With every status callback that came for it. */
export type WithEvents<T> = T & { readonly events: readonly StatusEvent[] };

/** The organization's calls, newest first. */
export async function listCallPage(
  { db }: TrafficDeps,
  { orgId }: Actor,
  query: TrafficQuery,
): Promise<TrafficPage<Call>> {
  return pageOf(await listCalls(db, orgId, { ...query, limit: query.limit + 1 }), query.limit);
}

/** @throws AppError `call_not_found` */
export async function getCall({ db }: TrafficDeps, { orgId }: Actor, sid: string): Promise<WithEvents<Call>> {
  const call = await findCall(db, orgId, sid);
  if (!call) throw new AppError("call_not_found");
  return { ...call, events: await listStatusEvents(db, call) };
}

/** The organization's messages, newest first. */
export async function listMessagePage(
  { db }: TrafficDeps,
  { orgId }: Actor,
  query: MessageQuery,
): Promise<TrafficPage<Message>> {
  return pageOf(await listMessages(db, orgId, { ...query, limit: query.limit + 1 }), query.limit);
}

/** @throws AppError `message_not_found` */
export async function getMessage(
  { db }: TrafficDeps,
  { orgId }: Actor,
  sid: string,
): Promise<WithEvents<Message>> {
  const message = await findMessage(db, orgId, sid);
  if (!message) throw new AppError("message_not_found");
  return { ...message, events: await listStatusEvents(db, message) };
}
