import { LRUCache } from "lru-cache";
import { byClock } from "../base/cache-clock.ts";
import type { Clock } from "../base/clock.ts";
import { MINUTE_MS } from "../base/durations.ts";

const MAX_NOTED = 10_000;

/** What was noted within the last minute: a webhook that finds it again need not write it down again. */
export class NotedLately {
  readonly #noted: LRUCache<string, true>;

  constructor(clock: Pick<Clock, "now">) {
    this.#noted = new LRUCache({ max: MAX_NOTED, ttl: MINUTE_MS, ...byClock(clock) });
  }

  /** @returns whether it is to be noted now */
  isDue(key: string): boolean {
    if (this.#noted.has(key)) return false;
    this.#noted.set(key, true);
    return true;
  }

  /** It could not be written down, so the next webhook tries again. */
  forget(key: string): void {
    this.#noted.delete(key);
  }
}
