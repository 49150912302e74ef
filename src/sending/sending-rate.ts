// How much an organization may send and call. Who has a number only lent spends the money of whoever lent it.
import { LRUCache } from "lru-cache";
import { byClock } from "../base/cache-clock.ts";
import type { Clock } from "../base/clock.ts";
import { MINUTE_MS } from "../base/durations.ts";
import { AppError } from "../base/errors.ts";
import type { Sender } from "./sender.ts";

/** Messages and calls together that the API takes, on each node for itself. */
export interface SendingLimits {
  readonly numberPerMinute: number;
  readonly organizationPerMinute: number;
}

// Twilio itself sends one SMS a second from a long code, and begins one call a second.
export const DEFAULT_SENDING_LIMITS: SendingLimits = { numberPerMinute: 60, organizationPerMinute: 600 };

const MAX_REMEMBERED = 100_000;

/**
 * A bucket for each number and each organization. It holds a minute's worth, so that a burst is no offence, and fills up
 * evenly. Kept in memory: behind several nodes the limits are as many times as high.
 */
export class SendingRate {
  readonly #clock: Pick<Clock, "now">;
  readonly #limits: SendingLimits;
  /** When a bucket is full again; one that is not here is full. */
  readonly #fullAt: LRUCache<string, number>;

  constructor(clock: Pick<Clock, "now">, limits: Partial<SendingLimits> = {}) {
    this.#clock = clock;
    this.#limits = { ...DEFAULT_SENDING_LIMITS, ...limits };
    this.#fullAt = new LRUCache({ max: MAX_REMEMBERED, ttl: MINUTE_MS, ...byClock(clock) });
  }

  /** Takes one out of the buckets of the sender's number and organization. @throws AppError `sending_rate_limited` */
  take({ orgId, phoneNumberId }: Sender): void {
    const { numberPerMinute, organizationPerMinute } = this.#limits;
    const takings = [
      this.#taking(`${orgId} ${phoneNumberId}`, numberPerMinute),
      this.#taking(orgId, organizationPerMinute),
    ];
    const waitMs = Math.max(...takings.map((taking) => taking.waitMs));
    if (waitMs > 0) throw rateLimited(this.#limits, waitMs);
    for (const { key, fullAt } of takings) this.#fullAt.set(key, fullAt);
  }

  /** What taking one would come to, and how long it has to wait. */
  #taking(key: string, perMinute: number) {
    const now = this.#clock.now().getTime();
    const fullAt = Math.max(now, this.#fullAt.get(key) ?? now) + MINUTE_MS / perMinute;
    return { key, fullAt, waitMs: fullAt - MINUTE_MS - now };
  }
}

function rateLimited({ numberPerMinute, organizationPerMinute }: SendingLimits, waitMs: number): AppError {
  return new AppError("sending_rate_limited", {
    detail:
      `A number may send ${numberPerMinute} messages and calls a minute, an organization ${organizationPerMinute}. ` +
      "Nothing was sent; try again later.",
    retryAfterSeconds: Math.ceil(waitMs / 1_000),
  });
}
