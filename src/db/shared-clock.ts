// One time for all nodes, the database's. Leases are written by one node and judged by another: one whose clock is wrong
// would take over what others are at, or go on with what it has lost.
import { type Kysely, sql } from "kysely";
import { addMs, type Clock } from "../base/clock.ts";
import type { Logger } from "../base/log.ts";
import { addGauge, type Metrics } from "../base/metrics.ts";
import type { Tables } from "./tables.ts";

/** The clocks of machines that are set over the network agree better than that. */
const TOLERATED_MS = 100;
const MEASURE_EVERY_MS = 15_000;
/** An answer that takes longer says too little about when the time was told. */
const MAX_ANSWER_MS = 2_000;

interface SharedClockDeps {
  readonly clock: Clock;
  readonly log: Logger;
}

/** The machine's clock, put right by as much as it differs from the database's. */
export class SharedClock implements Clock {
  readonly #db: Kysely<Tables>;
  readonly #own: Clock;
  readonly #log: Logger;
  readonly #closing = new AbortController();
  #offsetMs = 0;

  constructor(db: Kysely<Tables>, { clock, log }: SharedClockDeps) {
    this.#db = db;
    this.#own = clock;
    this.#log = log;
  }

  /** By how much the database is ahead of the machine; 0 where they have always agreed. */
  get offsetMs(): number {
    return this.#offsetMs;
  }

  now(): Date {
    return addMs(this.#own.now(), this.#offsetMs);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.#own.sleep(ms, signal);
  }

  random(): number {
    return this.#own.random();
  }

  /** Resolves once the difference is known; from then on it is measured again and again, until `close`. */
  async follow(): Promise<void> {
    await this.#measure();
    void this.#keepMeasuring();
  }

  close(): void {
    this.#closing.abort();
  }

  async #keepMeasuring(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await this.#own.sleep(MEASURE_EVERY_MS, signal).catch(() => {});
      // With the database down nobody writes a lease, and what was measured before serves until it is back.
      if (!signal.aborted) await this.#measure().catch(() => {});
    }
  }

  async #measure(): Promise<void> {
    const askedAtMs = this.#own.now().getTime();
    const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(this.#db);
    const answerMs = this.#own.now().getTime() - askedAtMs;
    const [answer] = rows;
    if (!answer || answerMs < 0 || answerMs > MAX_ANSWER_MS) return;
    const offsetMs = Math.round(answer.now.getTime() - askedAtMs - answerMs / 2);
    // The time was told at some point between the two: by as much, the measurement may err.
    if (Math.abs(offsetMs - this.#offsetMs) <= TOLERATED_MS + answerMs / 2) return;
    this.#log.warn({ offsetMs }, "clock.differs");
    this.#offsetMs = offsetMs;
  }
}

export function showClock(metrics: Pick<Metrics, "registry">, clock: { readonly offsetMs: number }): void {
  addGauge(metrics, {
    name: "switchhook_clock_offset_seconds",
    help: "By how much this machine's clock is put right, to be the database's; 0 where they agree",
    read: () => clock.offsetMs / 1_000,
  });
}
