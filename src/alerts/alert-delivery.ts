/**
 * Sends what became of alerts to the organizations' webhooks, one event a request and in the order in which it happened,
 * at least once: what is not acknowledged is sent again, under the same id. Gives an event up after three days, when it
 * is no news any more; the alert itself stays listed.
 */
import { addMs, type Clock } from "../base/clock.ts";
import { shownMessage } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import type { Metrics } from "../base/metrics.ts";
import type { Vault } from "../base/vault.ts";
import type { Db } from "../db/connect.ts";
import { deliver } from "../outbound/delivery.ts";
import { inTurns, nextAttemptAt } from "../outbound/delivery-turns.ts";
import type { OutboundClient } from "../outbound/outbound-client.ts";
import { signingSecrets } from "../outbound/webhook-secrets.ts";
import { signWebhook } from "../outbound/webhook-signature.ts";
import type { AlertEvent } from "./alert-event.ts";
import { dropEventsBefore, listEvents, removeEvent } from "./alert-event-store.ts";
import type { AlertWebhook } from "./webhook.ts";
import { openSecrets } from "./webhook-service.ts";
import { findWebhook, listDueWebhooks, noteTurn, updateFailures } from "./webhook-store.ts";

export interface AlertDeliveryDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly vault: Vault;
  readonly log: Logger;
  readonly metrics: Pick<Metrics, "alertEvents">;
  readonly outbound: Pick<OutboundClient, "request">;
}

const MAX_WEBHOOKS = 1_000;
/** The rest goes with the next run. */
const MAX_EVENTS = 100;
const GIVE_UP_MS = 3 * 24 * 3_600_000;

/** One run over all webhooks that have something to take. One at a time: the job that runs it is exclusive. */
export async function deliverAlerts(deps: AlertDeliveryDeps): Promise<void> {
  const now = deps.clock.now();
  const dropped = await dropEventsBefore(deps.db, addMs(now, -GIVE_UP_MS));
  if (dropped > 0) {
    deps.metrics.alertEvents.inc({ outcome: "given_up" }, dropped);
    deps.log.warn({ events: dropped }, "alerts.given_up");
  }
  const webhooks = await listDueWebhooks(deps.db, now, MAX_WEBHOOKS);
  await inTurns(deps, webhooks, ({ orgId }, isOver) => deliverTo(deps, orgId, isOver));
}

async function deliverTo(deps: AlertDeliveryDeps, orgId: string, isOver: () => boolean): Promise<void> {
  await noteTurn(deps.db, orgId, deps.clock.now());
  for (let sent = 0; sent < MAX_EVENTS && !isOver(); sent++) {
    // Both anew for each event: the webhook may be replaced or removed meanwhile, and its events with it.
    const webhook = await findWebhook(deps.db, orgId);
    const [event] = await listEvents(deps.db, orgId, 1);
    if (!webhook || !event) return;
    const failure = await deliverEvent(deps, webhook, event);
    // What comes after it waits: told that it is over, nobody should hear later that it began.
    if (failure !== undefined) return noteFailure(deps, webhook, failure);
    await removeEvent(deps.db, event);
    if (webhook.failures > 0) await updateFailures(deps.db, webhook, NO_FAILURE);
  }
}

/** @returns why the webhook did not take it */
async function deliverEvent(
  deps: AlertDeliveryDeps,
  webhook: AlertWebhook,
  event: AlertEvent,
): Promise<string | undefined> {
  const startedAt = deps.clock.now().getTime();
  const failure = await send(deps, webhook, event).catch((err: unknown) => {
    deps.log.error({ orgId: event.orgId, err }, "alert.not_sent");
    return shownMessage(err);
  });
  const outcome = failure === undefined ? "delivered" : "failed";
  deps.metrics.alertEvents.inc({ outcome });
  const durationMs = deps.clock.now().getTime() - startedAt;
  deps.log.info({ orgId: event.orgId, eventId: event.id, outcome, failure, durationMs }, "alert.delivered");
  return failure;
}

async function send(
  { clock, vault, outbound }: AlertDeliveryDeps,
  webhook: AlertWebhook,
  { id, body }: AlertEvent,
): Promise<string | undefined> {
  const timestamp = clock.now();
  const secrets = signingSecrets(openSecrets(vault, webhook), timestamp);
  const signature = signWebhook({ id, timestamp, body, secrets });
  const headers = { ...signature, "content-type": "application/json" };
  return deliver(outbound, { url: webhook.url, headers, body });
}

const NO_FAILURE = { failures: 0, lastFailure: undefined, nextAttemptAt: undefined };

async function noteFailure(
  deps: AlertDeliveryDeps,
  webhook: AlertWebhook,
  lastFailure: string,
): Promise<void> {
  const failures = webhook.failures + 1;
  await updateFailures(deps.db, webhook, {
    failures,
    lastFailure,
    nextAttemptAt: nextAttemptAt(deps.clock, failures),
  });
}
