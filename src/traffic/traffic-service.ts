// Calls and messages as their organization sees them. Reads only.
import { invalidInput } from "../api/api.ts";
import type { Actor } from "../auth/actor.ts";
import { AppError } from "../base/errors.ts";
import { type Page, pageOf } from "../base/page.ts";
import type { Db } from "../db/connect.ts";
import type { Call } from "./call.ts";
import { findCall, listCalls } from "./call-store.ts";
import { listStatusEvents } from "./event-store.ts";
import type { Message } from "./message.ts";
import { findMessage, listMessages, type MessageQuery } from "./message-store.ts";
import { cursorOf, type PagePosition, positionOf, type TrafficQuery } from "./traffic-query.ts";
import type { StatusEvent } from "./traffic-report.ts";

export interface TrafficDeps {
  readonly db: Db;
}

/** With every status callback that came for it. */
export type WithEvents<T> = T & { readonly events: readonly StatusEvent[] };

/** A query by its user, who knows a position by the cursor that led there. */
type FromCursor<Query extends TrafficQuery> = Omit<Query, "after"> & { readonly cursor?: string | undefined };

/**
 * The organization's calls, newest first.
 *
 * @throws AppError `invalid_input` for a cursor that is none
 */
export async function listCallPage(
  { db }: TrafficDeps,
  { orgId }: Actor,
  { cursor, limit, ...filter }: FromCursor<TrafficQuery>,
): Promise<Page<Call>> {
  const query = { ...filter, after: startOf(cursor), limit: limit + 1 };
  return pageOf(await listCalls(db, orgId, query), limit, cursorOf);
}

/** @throws AppError `call_not_found` */
export async function getCall({ db }: TrafficDeps, { orgId }: Actor, sid: string): Promise<WithEvents<Call>> {
  const call = await findCall(db, orgId, sid);
  if (!call) throw new AppError("call_not_found");
  return { ...call, events: await listStatusEvents(db, call) };
}

/**
 * The organization's messages, newest first.
 *
 * @throws AppError `invalid_input` for a cursor that is none
 */
export async function listMessagePage(
  { db }: TrafficDeps,
  { orgId }: Actor,
  { cursor, limit, ...filter }: FromCursor<MessageQuery>,
): Promise<Page<Message>> {
  const query = { ...filter, after: startOf(cursor), limit: limit + 1 };
  return pageOf(await listMessages(db, orgId, query), limit, cursorOf);
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

/**
 * The position that a page comes after; undefined for the first.
 *
 * @throws AppError `invalid_input`
 */
export function startOf(cursor: string | undefined): PagePosition | undefined {
  if (cursor === undefined) return undefined;
  const position = positionOf(cursor);
  if (!position)
    throw invalidInput([{ path: ["cursor"], message: "Take nextCursor of the page before, as it is" }]);
  return position;
}
