import type { Clock } from "../base/clock.ts";
import { within } from "../base/deadline.ts";

export interface LateWorkLimits {
  readonly maxAtOnce: number;
  /** How long `stop` waits for what is under way, and then for what it has cut short. */
  readonly graceMs: number;
}

/** Work that goes on after its webhook was answered. Lost with the process, so `stop` waits for it. */
export class LateWork {
  readonly #clock: Pick<Clock, "sleep">;
  readonly #limits: LateWorkLimits;
  readonly #underWay = new Map<Promise<void>, AbortController>();
  #isStopped = false;

  constructor(clock: Pick<Clock, "sleep">, limits: LateWorkLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /**
   * Takes on work that handles its failures itself.
   *
   * @param abort cuts the work short
   * @returns false when too much is under way already; then nothing is started
   */
  takeOn(start: () => Promise<void>, abort: AbortController): boolean {
    if (this.#isStopped || this.#underWay.size >= this.#limits.maxAtOnce) return false;
    const work = start().finally(() => this.#underWay.delete(work));
    this.#underWay.set(work, abort);
    return true;
  }

  /** Takes on nothing more, and resolves when everything has ended or has been given up. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#settled();
    for (const abort of this.#underWay.values()) abort.abort();
    await this.#settled();
  }

  async #settled(): Promise<void> {
    if (this.#underWay.size === 0) return;
    await within(this.#clock, this.#limits.graceMs, Promise.allSettled(this.#underWay.keys()));
  }
}
