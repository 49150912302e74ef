import { type Charge, type ChargeKind, chargeOfCall, chargeOfMessage } from "./charges.ts";
import type { DayTraffic } from "./day-book.ts";
import type { UsageCategory } from "./usage-categories.ts";

interface Tally {
  readonly kind: ChargeKind;
  readonly isInbound: boolean;
  count: number;
  quantity: number;
  /** Millionths of a dollar, positive: sums of decimal fractions would drift. */
  priceMicros: number;
}

export type Usage = Pick<Tally, "count" | "quantity" | "priceMicros">;

/** What one day, or any number of them, amounts to by kind and direction. */
export class UsageTally {
  readonly #tallies = new Map<string, Tally>();

  add({ calls, messages }: DayTraffic): void {
    for (const call of calls) this.#count(chargeOfCall(call), call.price);
    for (const message of messages) this.#count(chargeOfMessage(message), message.price);
  }

  in(category: UsageCategory): Usage {
    const usage = { count: 0, quantity: 0, priceMicros: 0 };
    for (const tally of this.#tallies.values()) {
      if (!category.covers(tally)) continue;
      usage.count += tally.count;
      usage.quantity += tally.quantity;
      usage.priceMicros += tally.priceMicros;
    }
    return usage;
  }

  #count(charge: Charge | null, price: string | null): void {
    if (!charge) return;
    const { kind, isInbound, quantity } = charge;
    const key = `${kind} ${isInbound}`;
    const tally = this.#tallies.get(key) ?? { kind, isInbound, count: 0, quantity: 0, priceMicros: 0 };
    this.#tallies.set(key, tally);
    tally.count += 1;
    tally.quantity += quantity;
    tally.priceMicros += Math.round(-Number(price ?? 0) * 1_000_000);
  }
}
