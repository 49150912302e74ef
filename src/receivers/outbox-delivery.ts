/**
 * Sends what waits for receivers, in the order in which it came and at least once: what a receiver has not acknowledged
 * stays in the outbox and is sent again, the same as before, and what comes after it waits.
 */
import type { Counter } from "prom-client";
import type { Clock } from "../base/clock.ts";
import { shownMessage } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import type { Db } from "../db/connect.ts";
import type { OutboundClient } from "../outbound/outbound-client.ts";
import { type Delivery, deliver } from "./delivery.ts";
import { inTurns, nextAttemptAt } from "./delivery-turns.ts";
import type { Receiver, ReceiverKind } from "./receiver.ts";
import { findReceiver, listDueReceivers, noteTurn, updateFailures } from "./receiver-store.ts";

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
  next(orgId: string): Promise<Parcel | undefined>;
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
}

const MAX_RECEIVERS = 1_000;
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
  for (let sent = 0; sent < outbox.maxParcels && !isOver(); sent++) {
    // Both anew for each request: the receiver may be replaced or removed meanwhile, and what waits for it with it.
    const receiver = await findReceiver(deps.db, orgId, outbox.kind);
    const parcel = receiver && (await outbox.next(orgId));
    if (!receiver || !parcel) return;
    const failure = await send(deps, outbox, receiver, parcel);
    if (failure !== undefined) return noteFailure(deps, receiver, failure);
    await parcel.remove();
    if (receiver.failures > 0) await updateFailures(deps.db, receiver, NO_FAILURE);
    if (parcel.isLast) return;
  }
}

/** @returns why the receiver did not take it */
async function send(
  { clock, log, outbound }: OutboxDeliveryDeps,
  { sent }: Outbox,
  receiver: Receiver,
  parcel: Parcel,
): Promise<string | undefined> {
  const { kind, orgId, url } = receiver;
  const { firstEventId, eventCount } = parcel;
  const startedAt = clock.now().getTime();
  const attempt = async () => deliver(outbound, { url, ...parcel.request(receiver) });
  const failure = await attempt().catch((err: unknown) => {
    log.error({ kind, orgId, err }, "delivery.not_sent");
    return shownMessage(err);
  });
  const outcome = failure === undefined ? "delivered" : "failed";
  sent.inc({ outcome }, eventCount);
  const durationMs = clock.now().getTime() - startedAt;
  log.info({ kind, orgId, firstEventId, eventCount, outcome, failure, durationMs }, "delivery.ended");
  return failure;
}

async function noteFailure(
  { db, clock }: OutboxDeliveryDeps,
  receiver: Receiver,
  lastFailure: string,
): Promise<void> {
  const failures = receiver.failures + 1;
  await updateFailures(db, receiver, {
    failures,
    lastFailure,
    nextAttemptAt: nextAttemptAt(clock, failures),
  });
}
