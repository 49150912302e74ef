import type { HeldStatusCallback } from "./traffic-types.ts";
import type { Webhook } from "./webhook.ts";

interface Held {
  readonly webhook: Webhook;
  /** One for all deliveries: to its receiver, a second one is a repetition of the first. */
  readonly idempotencyToken: string;
  deliveries: number;
}

/** Status callbacks that wait for somebody to say when, how often and in which order they arrive. */
export class HeldCallbacks {
  isHolding = false;
  readonly #held = new Map<string, Held>();
  #count = 0;

  add(webhook: Webhook, idempotencyToken: string): void {
    this.#count += 1;
    this.#held.set(String(this.#count), { webhook, idempotencyToken, deliveries: 0 });
  }

  /** Counts a delivery, and answers what is to be delivered. Throws when there is no such callback. */
  take(id: string): Pick<Held, "webhook" | "idempotencyToken"> {
    const held = this.#held.get(id);
    if (!held) throw new Error(`There is no held status callback ${id}`);
    held.deliveries += 1;
    return held;
  }

  /** In the order of their events. */
  list(): HeldStatusCallback[] {
    return [...this.#held].map(([id, { webhook, deliveries }]) => ({
      id,
      sid: webhook.resourceSid,
      status: webhook.params.MessageStatus ?? webhook.params.CallStatus ?? "",
      url: webhook.url,
      params: { ...webhook.params },
      deliveries,
    }));
  }

  /** Says how many there were to forget. */
  drop(ids: readonly string[] = [...this.#held.keys()]): number {
    return ids.filter((id) => this.#held.delete(id)).length;
  }
}
