// What becomes of a number while it happens: each phase of its operations, read from their log, so that it is the same on
// every node.
import { IDLE_MS } from "../../api/event-stream.ts";
import { addMs, type Clock } from "../../base/clock.ts";
import type { Db } from "../../db/connect.ts";
import type { PhoneNumber } from "../phone-number.ts";
import type { Operation } from "./operation.ts";
import { listOperations, listOperationsSince } from "./operation-store.ts";

export interface WatchDeps {
  readonly db: Db;
  /** In real time, whatever the clock: people wait for it. */
  readonly streamClock: Clock;
  /** Aborts when the node stops. */
  readonly streamsEnd: AbortSignal;
}

const POLL_MS = 250;
const MAX_AT_ONCE = 20;

/** What a listener has seen: an operation, and how many of its phases. */
export interface Seen {
  readonly operationId: string;
  readonly phaseCount: number;
}

/** Where a listener who has seen nothing begins: an operation that is open is told of, an earlier one is not. */
export async function latestSeen(db: Db, { orgId, uid }: PhoneNumber): Promise<Seen> {
  const [latest] = await listOperations(db, orgId, { limit: 1, phoneNumberUid: uid });
  if (!latest) return { operationId: "", phaseCount: 0 };
  return { operationId: latest.id, phaseCount: latest.state === "open" ? 0 : latest.phases.length };
}

/**
 * The operations of a number whenever one has begun or come to another phase, until the node stops; undefined when nothing
 * has happened for a while. Phases that went by between two looks are in `phases`.
 */
export async function* watchOperations(
  deps: WatchDeps,
  { orgId, uid: phoneNumberUid }: PhoneNumber,
  from: Seen,
): AsyncGenerator<Operation | undefined, void, void> {
  let seen = from;
  let idleAt = addMs(deps.streamClock.now(), IDLE_MS);
  while (!deps.streamsEnd.aborted) {
    const since = { phoneNumberUid, fromId: seen.operationId, limit: MAX_AT_ONCE };
    const news = (await listOperationsSince(deps.db, orgId, since)).filter((each) => isNews(each, seen));
    for (const operation of news) {
      seen = seenOf(operation);
      yield operation;
    }
    const now = deps.streamClock.now();
    if (news.length > 0) idleAt = addMs(now, IDLE_MS);
    else if (now >= idleAt) {
      idleAt = addMs(now, IDLE_MS);
      yield undefined;
    }
    await deps.streamClock.sleep(POLL_MS, deps.streamsEnd).catch(() => undefined);
  }
}

export function seenOf({ id, phases }: Operation): Seen {
  return { operationId: id, phaseCount: phases.length };
}

function isNews({ id, phases }: Operation, { operationId, phaseCount }: Seen): boolean {
  return id > operationId || phases.length > phaseCount;
}
