import { LRUCache } from "lru-cache";
import { byClock } from "../base/cache-clock.ts";
import type { Clock } from "../base/clock.ts";

/** Twilio sends a webhook again for 15 s at most, and asks the fallback URL after that. */
const REMEMBERED_MS = 60_000;
const MAX_REMEMBERED = 5_000;
/** Most answers have a kilobyte, but an agent's own may have 64. */
const MAX_REMEMBERED_BYTES = 32 * 1024 * 1024;
/** Of what is remembered, besides the answer itself. */
const ENTRY_BYTES = 500;

/** What was answered lately, so that a webhook that comes again gets the same answer, and its agent is not asked again. */
export class AnswerMemory<T> {
  readonly #answers: LRUCache<string, Promise<T>>;
  readonly #sizeBytes: (answer: T) => number;

  /** @param sizeBytes about how much memory an answer takes */
  constructor(
    clock: Pick<Clock, "now">,
    sizeBytes: (answer: T) => number,
    maxSizeBytes = MAX_REMEMBERED_BYTES,
  ) {
    this.#sizeBytes = sizeBytes;
    this.#answers = new LRUCache({
      max: MAX_REMEMBERED,
      maxSize: maxSizeBytes,
      ttl: REMEMBERED_MS,
      noUpdateTTL: true,
      ...byClock(clock),
    });
  }

  /** The answer that this key was given, or is about to be given; else a new one. What throws is not remembered. */
  async once(key: string, answer: () => Promise<T>): Promise<T> {
    const known = this.#answers.get(key);
    if (known) return known;
    const answering = answer();
    this.#answers.set(key, answering, { size: ENTRY_BYTES });
    try {
      const answered = await answering;
      // Another value: for the same one the cache keeps the size that it had.
      this.#answers.set(key, Promise.resolve(answered), { size: ENTRY_BYTES + this.#sizeBytes(answered) });
      return answered;
    } catch (error) {
      this.#answers.delete(key);
      throw error;
    }
  }
}
