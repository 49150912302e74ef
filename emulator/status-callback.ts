import { type Instance, randomHex } from "./instance.ts";
import type { WebhookAttempt } from "./traffic-types.ts";
import type { Webhook } from "./webhook.ts";
import { deliver } from "./webhook-delivery.ts";

/** Reports a status to whoever asked for it: at once, or when a test says so. */
export async function sendStatus(
  instance: Instance,
  callback: Omit<Webhook, "kind">,
): Promise<WebhookAttempt[]> {
  const webhook: Webhook = { ...callback, kind: "status" };
  if (!instance.held.isHolding) return deliver(instance, webhook);
  instance.held.add(webhook, randomHex(instance, 32));
  return [];
}

/** Delivers a held callback, which stays held: the next time it is a duplicate. */
export function deliverHeld(instance: Instance, id: string): Promise<WebhookAttempt[]> {
  const { webhook, idempotencyToken } = instance.held.take(id);
  return deliver(instance, webhook, idempotencyToken);
}
