import { LRUCache } from "lru-cache";
import { byClock } from "../base/cache-clock.ts";
import type { Clock } from "../base/clock.ts";
import { MINUTE_MS } from "../base/durations.ts";

const MAX_NOTED = 10_000;

/** What was told of or written down within the last minute: a webhook that meets it again need not do so again. */
export class NotedLately {
  readonly #noted: LRUCache<string, true>;

  constructor(clock: Pick<Clock, "now">) {
    this.#noted = new LRUCache({ max: MAX_NOTED, ttl: MINUTE_MS, ...byClock(clock) });
  }

  /** Notes it unless it was noted lately. Nobody waits for that; where it fails, the next webhook tries again. */
  note(key: string, write: () => Promise<void>, onFailure: (error: unknown) => void): void {
    if (this.#noted.has(key)) return;
    this.#noted.set(key, true);
    write().catch((error: unknown) => {
      this.#noted.delete(key);
      onFailure(error);
    });
  }
}
