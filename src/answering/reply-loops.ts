import { LRUCache } from "lru-cache";
import { byClock } from "../base/cache-clock.ts";
import type { Clock } from "../base/clock.ts";

/**
 * As Twilio's own limit, which only knows replies in TwiML: it sends none beyond 20 that are less than 15 s apart. Ours
 * counts late ones as well. https://www.twilio.com/docs/api/errors/14107
 */
const PAUSE_MS = 15_000;
const MAX_REPLIES_IN_A_ROW = 20;
const MAX_PAIRS = 50_000;

interface Pair {
  readonly from: string;
  readonly to: string;
}

/**
 * Two programs that answer each other do so for ever, at a price for each message. So after many replies without a pause
 * we fall silent until there has been one.
 */
export class ReplyLoops {
  /** How many replies in a row; gone after a pause. */
  readonly #rows: LRUCache<string, number>;

  constructor(clock: Pick<Clock, "now">) {
    this.#rows = new LRUCache({ max: MAX_PAIRS, ttl: PAUSE_MS, ...byClock(clock) });
  }

  /** To be asked for each message: one that comes while we are silent is no pause. */
  isLooping(pair: Pair): boolean {
    const replies = this.#rows.get(keyOf(pair)) ?? 0;
    if (replies < MAX_REPLIES_IN_A_ROW) return false;
    this.#rows.set(keyOf(pair), replies);
    return true;
  }

  noteReplies(pair: Pair, count: number): void {
    if (count > 0) this.#rows.set(keyOf(pair), (this.#rows.get(keyOf(pair)) ?? 0) + count);
  }
}

function keyOf({ from, to }: Pair): string {
  return `${from} ${to}`;
}
