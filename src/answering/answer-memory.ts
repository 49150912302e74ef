import { LRUCache } from "lru-cache";
import { byClock } from "../base/cache-clock.ts";
import type { Clock } from "../base/clock.ts";

/** Twilio sends a webhook again for 15 s at most, and asks the fallback URL after that. */
const REMEMBERED_MS = 60_000;
const MAX_REMEMBERED = 5_000;

/** What was answered lately, so that a webhook that comes again gets the same answer, and its agent is not asked again. */
export class AnswerMemory<T> {
  readonly #answers: LRUCache<string, Promise<T>>;

  constructor(clock: Pick<Clock, "now">) {
    this.#answers = new LRUCache({ max: MAX_REMEMBERED, ttl: REMEMBERED_MS, ...byClock(clock) });
  }

  /** The answer that this key was given, or is about to be given; else a new one. What throws is not remembered. */
  async once(key: string, answer: () => Promise<T>): Promise<T> {
    const known = this.#answers.get(key);
    if (known) return known;
    const answering = answer();
    this.#answers.set(key, answering);
    try {
      return await answering;
    } catch (error) {
      this.#answers.delete(key);
      throw error;
    }
  }
}
