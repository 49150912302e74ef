import type { Clock } from "../base/clock.ts";
import { within } from "../base/deadline.ts";

/** So many times as many as are free, an organization may have under way: of all places four fifths, if it is alone. */
const PLACES_PER_FREE_ONE = 4;

export interface LateWorkLimits {
  readonly maxAtOnce: number;
  /** How long `stop` waits for what is under way, and then for what it has cut short. */
  readonly graceMs: number;
}

interface Work {
  readonly orgId: string;
  readonly abort: AbortController;
}

/**
 * Work that goes on after its webhook was answered. Lost with the process, so `stop` waits for it. One organization's
 * agents that never answer leave places for the others'.
 */
export class LateWork {
  readonly #clock: Pick<Clock, "sleep">;
  readonly #limits: LateWorkLimits;
  readonly #underWay = new Map<Promise<void>, Work>();
  #isStopped = false;

  constructor(clock: Pick<Clock, "sleep">, limits: LateWorkLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /**
   * Takes on work that handles its failures itself.
   *
   * @param work says how to cut it short, and whose it is
   * @returns false when too much is under way already, or too much of the organization's; then nothing is started
   */
  takeOn(start: () => Promise<void>, work: Work): boolean {
    if (this.#isStopped || !this.#hasPlaceFor(work.orgId)) return false;
    const done = start().finally(() => this.#underWay.delete(done));
    this.#underWay.set(done, work);
    return true;
  }

  #hasPlaceFor(orgId: string): boolean {
    const own = [...this.#underWay.values()].filter((work) => work.orgId === orgId);
    const free = this.#limits.maxAtOnce - this.#underWay.size;
    return own.length < PLACES_PER_FREE_ONE * free;
  }

  /** Takes on nothing more, and resolves when everything has ended or has been given up. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#settled();
    for (const { abort } of this.#underWay.values()) abort.abort();
    await this.#settled();
  }

  async #settled(): Promise<void> {
    if (this.#underWay.size === 0) return;
    await within(this.#clock, this.#limits.graceMs, Promise.allSettled(this.#underWay.keys()));
  }
}
