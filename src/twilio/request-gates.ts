import type { Clock } from "../base/clock.ts";
import { addGauge, type Metrics } from "../base/metrics.ts";
import { RequestGate } from "./request-gate.ts";

/** What an account has learnt is forgotten beyond so many that nobody uses, the one that was used least recently first. */
const MAX_IDLE = 1_000;

/** The gates of a process, one for each account: all of its clients go through the same. */
export class RequestGates {
  readonly #clock: Pick<Clock, "now" | "sleep">;
  readonly #gates = new Map<string, RequestGate>();

  constructor(clock: Pick<Clock, "now" | "sleep">) {
    this.#clock = clock;
  }

  /** Ask for it with every request: one that is kept may be forgotten here meanwhile. */
  of(account: string): RequestGate {
    const gate = this.#gates.get(account) ?? new RequestGate(this.#clock);
    this.#gates.delete(account);
    this.#forgetIdle();
    this.#gates.set(account, gate);
    return gate;
  }

  /** Over the accounts that have requests now. */
  get totals(): { readonly limit: number; readonly underWay: number; readonly waiting: number } {
    const busy = [...this.#gates.values()].filter(({ isIdle }) => !isIdle);
    return {
      limit: sum(busy.map(({ limit }) => limit)),
      underWay: sum(busy.map(({ underWay }) => underWay)),
      waiting: sum(busy.map(({ waiting }) => waiting)),
    };
  }

  #forgetIdle(): void {
    if (this.#gates.size < MAX_IDLE) return;
    for (const [account, gate] of this.#gates) {
      if (!gate.isIdle) continue;
      this.#gates.delete(account);
      return;
    }
  }
}

// By account these would be too many series; the log line of a request names its account and that account's limit.
export function showGates(metrics: Pick<Metrics, "registry">, gates: RequestGates): void {
  addGauge(metrics, {
    name: "switchhook_twilio_limit",
    help: "How many requests may be under way at Twilio, over the accounts that have any",
    read: () => gates.totals.limit,
  });
  addGauge(metrics, {
    name: "switchhook_twilio_under_way",
    help: "Requests that are under way at Twilio, or keep their place until they are repeated",
    read: () => gates.totals.underWay,
  });
  addGauge(metrics, {
    name: "switchhook_twilio_waiting",
    help: "Requests that wait for their turn, so that Twilio does not get too many at once",
    read: () => gates.totals.waiting,
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
