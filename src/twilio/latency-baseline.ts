// What is slow, for a request of its kind: reading a thousand records takes longer than reading one, and means nothing.
import { LRUCache } from "lru-cache";

/** What is fast is judged by the last two windows, so that a Twilio that has become slower is the new usual soon. */
const WINDOW_MS = 30_000;
/** Below this it is this machine that is busy, not Twilio. */
const NOISE_MS = 10;
const MAX_KINDS = 64;

interface Fastest {
  readonly sinceMs: number;
  readonly inWindow: number;
  readonly inWindowBefore: number;
}

export class LatencyBaseline {
  readonly #kinds = new LRUCache<string, Fastest>({ max: MAX_KINDS });

  /** How many times as long as the fastest of its kind a request took: 1 or more. */
  slowness(kind: string, durationMs: number, nowMs: number): number {
    const known = this.#kinds.get(kind) ?? {
      sinceMs: nowMs,
      inWindow: durationMs,
      inWindowBefore: durationMs,
    };
    const isOver = nowMs - known.sinceMs >= WINDOW_MS;
    const window = isOver
      ? { sinceMs: nowMs, inWindow: durationMs, inWindowBefore: known.inWindow }
      : { ...known, inWindow: Math.min(known.inWindow, durationMs) };
    this.#kinds.set(kind, window);
    const fastest = Math.min(window.inWindow, window.inWindowBefore);
    return Math.max(durationMs, NOISE_MS) / Math.max(fastest, NOISE_MS);
  }
}
