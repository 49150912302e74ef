// Usage on its way to the sinks: in batches, as CloudEvents. An entry is never given up.
import { clearEventsRefused, raiseEventsRefused } from "../alerts/events-refused-alert.ts";
import type { Metrics } from "../base/metrics.ts";
import type { Vault } from "../base/vault.ts";
import type { Delivery } from "../receivers/delivery.ts";
import { deliverOutbox, type OutboxDeliveryDeps, type Parcel } from "../receivers/outbox-delivery.ts";
import type { Receiver } from "../receivers/receiver.ts";
import { openSecrets } from "../receivers/receiver-service.ts";
import { findDeploymentId } from "./deployment-store.ts";
import { entryName, type UsageEntry } from "./entry.ts";
import { listUndelivered, removeDelivered, setRefused } from "./entry-store.ts";
import { BATCH_CONTENT_TYPE, eventSource, usageEvent } from "./sink-event.ts";
import { sinkHeadersSchema } from "./sink-service.ts";

export interface UsageDeliveryDeps extends OutboxDeliveryDeps {
  readonly vault: Vault;
  readonly metrics: Pick<Metrics, "usageEvents">;
}

const BATCH_SIZE = 500;
const MAX_BATCHES = 40;

/** One run over all sinks that have something to take. One at a time: the job that runs it is exclusive. */
export async function deliverUsage(deps: UsageDeliveryDeps): Promise<void> {
  const deploymentId = await findDeploymentId(deps.db);
  await deliverOutbox(deps, {
    kind: "usage_sink",
    maxParcels: MAX_BATCHES,
    sent: deps.metrics.usageEvents,
    next: (orgId, maxEvents) => nextParcel({ ...deps, deploymentId }, orgId, Math.min(maxEvents, BATCH_SIZE)),
    tellOfRefusal: (tx, sink, event) => raiseEventsRefused({ ...deps, db: tx }, sink, event),
  });
  await clearEventsRefused(deps, "usage_sink");
}

interface ParcelDeps extends Pick<UsageDeliveryDeps, "db" | "vault"> {
  readonly deploymentId: string;
}

async function nextParcel(deps: ParcelDeps, orgId: string, batchSize: number): Promise<Parcel | undefined> {
  const entries = await listUndelivered(deps.db, orgId, batchSize);
  const [first] = entries;
  if (!first) return undefined;
  return {
    firstEventId: entryName(first.id),
    eventCount: entries.length,
    isLast: entries.length < batchSize,
    request: (sink) => batchRequest(deps, sink, entries),
    remove: () => removeDelivered(deps.db, orgId, entries),
    setAside: (tx, refusal) => setRefused(tx, orgId, entries, refusal),
  };
}

function batchRequest(
  { vault, deploymentId }: ParcelDeps,
  sink: Receiver,
  entries: readonly UsageEntry[],
): Pick<Delivery, "headers" | "body"> {
  const source = eventSource(deploymentId, sink.orgId);
  return {
    headers: { ...openSecrets(vault, sinkHeadersSchema, sink), "content-type": BATCH_CONTENT_TYPE },
    body: JSON.stringify(entries.map((entry) => usageEvent(source, entry))),
  };
}
