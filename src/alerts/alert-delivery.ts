// What became of alerts, on its way to the organizations' webhooks: one event a request. An event is given up after three
// days, when it is no news any more; the alert itself stays listed.
import { addMs } from "../base/clock.ts";
import { DAY_MS } from "../base/durations.ts";
import type { Metrics } from "../base/metrics.ts";
import type { Vault } from "../base/vault.ts";
import { signingSecrets, webhookSecretsSchema } from "../outbound/webhook-secrets.ts";
import { signWebhook } from "../outbound/webhook-signature.ts";
import type { Delivery } from "../receivers/delivery.ts";
import { deliverOutbox, type OutboxDeliveryDeps, type Parcel } from "../receivers/outbox-delivery.ts";
import type { Receiver } from "../receivers/receiver.ts";
import { openSecrets } from "../receivers/receiver-service.ts";
import type { AlertEvent } from "./alert-event.ts";
import { dropEventsBefore, findNextEvent, removeEvent, setEventRefused } from "./alert-event-store.ts";
import { clearEventsRefused, raiseEventsRefused } from "./events-refused-alert.ts";

export interface AlertDeliveryDeps extends OutboxDeliveryDeps {
  readonly vault: Vault;
  readonly metrics: Pick<Metrics, "alertEvents">;
}

const MAX_EVENTS = 100;
const GIVE_UP_MS = 3 * DAY_MS;

/** One run over all webhooks that have something to take. One at a time: the job that runs it is exclusive. */
export async function deliverAlerts(deps: AlertDeliveryDeps): Promise<void> {
  await giveUpOldEvents(deps);
  await deliverOutbox(deps, {
    kind: "alert_webhook",
    maxParcels: MAX_EVENTS,
    sent: deps.metrics.alertEvents,
    next: (orgId) => nextParcel(deps, orgId),
    tellOfRefusal: (tx, webhook, event) => raiseEventsRefused({ ...deps, db: tx }, webhook, event),
  });
  await clearEventsRefused(deps, "alert_webhook");
}

async function giveUpOldEvents({ db, clock, log, metrics }: AlertDeliveryDeps): Promise<void> {
  const dropped = await dropEventsBefore(db, addMs(clock.now(), -GIVE_UP_MS));
  if (dropped === 0) return;
  metrics.alertEvents.inc({ outcome: "given_up" }, dropped);
  log.warn({ events: dropped }, "alerts.given_up");
}

async function nextParcel(deps: AlertDeliveryDeps, orgId: string): Promise<Parcel | undefined> {
  const event = await findNextEvent(deps.db, orgId);
  if (!event) return undefined;
  return {
    firstEventId: event.id,
    eventCount: 1,
    isLast: false,
    request: (webhook) => signedRequest(deps, webhook, event),
    remove: () => removeEvent(deps.db, event),
    setAside: (tx, refusal) => setEventRefused(tx, event, refusal),
  };
}

function signedRequest(
  { clock, vault }: AlertDeliveryDeps,
  webhook: Receiver,
  { id, body }: AlertEvent,
): Pick<Delivery, "headers" | "body"> {
  const timestamp = clock.now();
  const secrets = signingSecrets(openSecrets(vault, webhookSecretsSchema, webhook), timestamp);
  const signature = signWebhook({ id, timestamp, body, secrets });
  return { headers: { ...signature, "content-type": "application/json" }, body };
}
