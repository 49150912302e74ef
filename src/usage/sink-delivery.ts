/**
 * Sends what was recorded to the sinks, in batches and in the order in which it was recorded, at least once: what a sink
 * has not acknowledged stays in the outbox and is sent again, under the same ids. Never gives an entry up.
 */
import { shownMessage } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import type { Metrics } from "../base/metrics.ts";
import { deliver } from "../outbound/delivery.ts";
import { inTurns, nextAttemptAt } from "../outbound/delivery-turns.ts";
import type { OutboundClient } from "../outbound/outbound-client.ts";
import type { UsageEntry } from "./entry.ts";
import { listUndelivered } from "./entry-store.ts";
import { removeDelivered } from "./outbox-store.ts";
import type { Sink } from "./sink.ts";
import { BATCH_CONTENT_TYPE, eventSource, usageEvent } from "./sink-event.ts";
import { openHeaders } from "./sink-headers.ts";
import type { SinkDeps } from "./sink-service.ts";
import { findSink, listDueSinks, noteTurn, updateFailures } from "./sink-store.ts";

export interface DeliveryDeps extends Pick<SinkDeps, "db" | "clock" | "vault"> {
  readonly log: Logger;
  readonly metrics: Pick<Metrics, "usageEvents">;
  readonly publicUrl: string;
  readonly outbound: Pick<OutboundClient, "request">;
}

const MAX_SINKS = 1_000;
const BATCH_SIZE = 500;
/** So that one organization's backlog does not keep the others waiting; the rest goes with the next run. */
const MAX_BATCHES = 40;

/** One run over all sinks that have something to take. One at a time: the job that runs it is exclusive. */
export async function deliverUsage(deps: DeliveryDeps): Promise<void> {
  const sinks = await listDueSinks(deps.db, deps.clock.now(), MAX_SINKS);
  await inTurns(deps, sinks, ({ orgId }, isOver) => deliverTo(deps, orgId, isOver));
}

async function deliverTo(deps: DeliveryDeps, orgId: string, isOver: () => boolean): Promise<void> {
  await noteTurn(deps.db, orgId, deps.clock.now());
  for (let batch = 0; batch < MAX_BATCHES && !isOver(); batch++) {
    // Anew for each batch: it may be replaced or removed meanwhile.
    const sink = await findSink(deps.db, orgId);
    if (!sink) return;
    const entries = await listUndelivered(deps.db, orgId, BATCH_SIZE);
    if (entries.length === 0) return;
    const failure = await deliverBatch(deps, sink, entries);
    if (failure !== undefined) return noteFailure(deps, sink, failure);
    await removeDelivered(
      deps.db,
      orgId,
      entries.map(({ id }) => id),
    );
    if (sink.failures > 0) await updateFailures(deps.db, sink, NO_FAILURE);
    if (entries.length < BATCH_SIZE) return;
  }
}

/** @returns why the sink did not take them */
async function deliverBatch(
  deps: DeliveryDeps,
  sink: Sink,
  entries: readonly UsageEntry[],
): Promise<string | undefined> {
  const startedAt = deps.clock.now().getTime();
  const failure = await send(deps, sink, entries).catch((err: unknown) => {
    deps.log.error({ orgId: sink.orgId, err }, "usage.not_sent");
    return shownMessage(err);
  });
  const outcome = failure === undefined ? "delivered" : "failed";
  deps.metrics.usageEvents.inc({ outcome }, entries.length);
  const durationMs = deps.clock.now().getTime() - startedAt;
  deps.log.info(
    { orgId: sink.orgId, outcome, failure, events: entries.length, durationMs },
    "usage.delivered",
  );
  return failure;
}

async function send(
  deps: DeliveryDeps,
  sink: Sink,
  entries: readonly UsageEntry[],
): Promise<string | undefined> {
  const source = eventSource(deps.publicUrl, sink.orgId);
  return deliver(deps.outbound, {
    url: sink.url,
    headers: { ...openHeaders(deps.vault, sink), "content-type": BATCH_CONTENT_TYPE },
    body: JSON.stringify(entries.map((entry) => usageEvent(source, entry))),
  });
}

const NO_FAILURE = { failures: 0, lastFailure: undefined, nextAttemptAt: undefined };

async function noteFailure(deps: DeliveryDeps, sink: Sink, lastFailure: string): Promise<void> {
  const failures = sink.failures + 1;
  await updateFailures(deps.db, sink, {
    failures,
    lastFailure,
    nextAttemptAt: nextAttemptAt(deps.clock, failures),
  });
}
