/**
 * Sends what waits for receivers, in the order in which it came and at least once: what a receiver has not acknowledged
 * stays in the outbox and is sent again, the same as before, and what comes after it waits. Only a single event that it
 * refuses for good is set aside, with what it said, until somebody has it sent again; the others go on without it.
 */
import type { Counter } from "prom-client";
import type { Clock } from "../base/clock.ts";
import { shownMessage } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import type { Db } from "../db/connect.ts";
import type { OutboundClient } from "../outbound/outbound-client.ts";
import { type Delivered, type Delivery, deliver } from "./delivery.ts";
import { type DeliveryPace, eventsAtOnce, FULL_PACE, nextPace } from "./delivery-pace.ts";
import { inTurns, nextAttemptAt } from "./delivery-turns.ts";
import type { Receiver, ReceiverKind, Refusal, RefusedEvent } from "./receiver.ts";
import { findReceiver, listDueReceivers, lockReceiver, noteTurn, updateFailures } from "./receiver-store.ts";

export interface OutboxDeliveryDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  readonly outbound: Pick<OutboundClient, "request">;
}

/** What waits for the receivers of one kind. */
export interface Outbox {
  readonly kind: ReceiverKind;
  /** So that one organization's backlog does not keep the others waiting; the rest goes with the next run. */
  readonly maxParcels: number;
  readonly sent: Counter<"outcome">;
  /** What an organization's receiver is to get next; undefined when nothing waits. */
  next(orgId: string, maxEvents: number): Promise<Parcel | undefined>;
  /** Tells the organization that an event was set aside, in the transaction that does it. */
  tellOfRefusal(tx: Db, receiver: Receiver, event: RefusedEvent): Promise<void>;
}

/** What goes in one request. */
export interface Parcel {
  readonly firstEventId: string;
  readonly eventCount: number;
  /** What has come since can wait for the next run. */
  readonly isLast: boolean;
  request(receiver: Receiver): Pick<Delivery, "headers" | "body">;
  /** Takes it out of the outbox: the receiver has it. */
  remove(): Promise<void>;
  /** Leaves it there, and is not the next any more. */
  setAside(tx: Db, refusal: Refusal): Promise<void>;
}

const MAX_RECEIVERS = 1_000;
/** Whoever refuses more, one after the other, may be refusing us: it is left alone for a while. */
const MAX_REFUSED_IN_A_ROW = 10;
const NO_FAILURE = { failures: 0, lastFailure: undefined, nextAttemptAt: undefined };

/** One run over all receivers that have something to take. One at a time: the job that runs it is exclusive. */
export async function deliverOutbox(deps: OutboxDeliveryDeps, outbox: Outbox): Promise<void> {
  const receivers = await listDueReceivers(deps.db, outbox.kind, deps.clock.now(), MAX_RECEIVERS);
  await inTurns(deps, receivers, ({ orgId }, isOver) => deliverTo(deps, outbox, orgId, isOver));
}

async function deliverTo(
  deps: OutboxDeliveryDeps,
  outbox: Outbox,
  orgId: string,
  isOver: () => boolean,
): Promise<void> {
  await noteTurn(deps.db, orgId, outbox.kind, deps.clock.now());
  let pace: DeliveryPace | undefined = FULL_PACE;
  for (let sent = 0; pace && sent < outbox.maxParcels && !isOver(); sent++) {
    pace = await deliverNext(deps, outbox, orgId, pace);
  }
}

/** @returns how it goes on; undefined when that was all for this run */
async function deliverNext(
  deps: OutboxDeliveryDeps,
  outbox: Outbox,
  orgId: string,
  pace: DeliveryPace,
): Promise<DeliveryPace | undefined> {
  // Both anew for each request: the receiver may be replaced or removed meanwhile, and what waits for it with it.
  const receiver = await findReceiver(deps.db, orgId, outbox.kind);
  const parcel = receiver && (await outbox.next(orgId, eventsAtOnce(pace)));
  if (!receiver || !parcel) return undefined;
  const answer = await send(deps, outbox, receiver, parcel);
  const failure = failureIn(answer, pace);
  if (failure !== undefined) return noteFailure(deps, receiver, failure);
  if (answer.outcome === "refused" && parcel.eventCount === 1) {
    await setAside(deps, outbox, receiver, parcel, answer.said);
  }
  if (answer.outcome === "delivered") {
    await parcel.remove();
    if (receiver.failures > 0) await updateFailures(deps.db, receiver, NO_FAILURE);
    if (parcel.isLast) return undefined;
  }
  return nextPace(pace, answer, parcel.eventCount);
}

/** Why the receiver is left alone for a while, if it is. */
function failureIn(answer: Delivered, { refusedInARow }: DeliveryPace): string | undefined {
  if (answer.outcome === "failed") return answer.said;
  if (answer.outcome === "delivered" || refusedInARow < MAX_REFUSED_IN_A_ROW) return undefined;
  return `${answer.said} It refused the ${refusedInARow} before as well, which are set aside.`;
}

async function send(
  { clock, log, outbound }: OutboxDeliveryDeps,
  { sent }: Outbox,
  receiver: Receiver,
  parcel: Parcel,
): Promise<Delivered> {
  const { kind, orgId, url } = receiver;
  const { firstEventId, eventCount } = parcel;
  const startedAt = clock.now().getTime();
  const attempt = async () => deliver(outbound, { url, ...parcel.request(receiver) });
  const answer = await attempt().catch((err: unknown): Delivered => {
    log.error({ kind, orgId, err }, "delivery.not_sent");
    return { outcome: "failed", said: shownMessage(err) };
  });
  sent.inc({ outcome: answer.outcome }, eventCount);
  const durationMs = clock.now().getTime() - startedAt;
  const { outcome } = answer;
  // What was said of a refusal has the receiver's own words in it, which are its organization's affair.
  const failure = outcome === "failed" ? answer.said : undefined;
  log.info({ kind, orgId, firstEventId, eventCount, outcome, failure, durationMs }, "delivery.ended");
  return answer;
}

async function setAside(
  { db, clock }: OutboxDeliveryDeps,
  outbox: Outbox,
  receiver: Receiver,
  parcel: Parcel,
  said: string,
): Promise<void> {
  const refusal = { said, refusedAt: clock.now() };
  await db.transaction().execute(async (tx) => {
    const current = await lockReceiver(tx, receiver.orgId, receiver.kind);
    // What an earlier one refused, the one in its place may take.
    if (current?.updatedAt.getTime() !== receiver.updatedAt.getTime()) return;
    await parcel.setAside(tx, refusal);
    await outbox.tellOfRefusal(tx, receiver, { ...refusal, id: parcel.firstEventId });
  });
}

async function noteFailure(
  { db, clock }: OutboxDeliveryDeps,
  receiver: Receiver,
  lastFailure: string,
): Promise<undefined> {
  const failures = receiver.failures + 1;
  await updateFailures(db, receiver, {
    failures,
    lastFailure,
    nextAttemptAt: nextAttemptAt(clock, failures),
  });
}
