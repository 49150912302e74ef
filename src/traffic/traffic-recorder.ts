// Group commit: whatever waits when one transaction ends goes out together in the next. The busier it is, the larger the
// batches, and nobody ever waits for a timer. One transaction is under way at a time.

import type { Clock } from "../base/clock.ts";
import { AppError } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import type { Metrics } from "../base/metrics.ts";
import { repeatOnDeadlock } from "../db/deadlocks.ts";
import type { PlannedQueries } from "../db/planned-queries.ts";
import { isAboutData } from "../db/sql-errors.ts";
import type { Recorded, Recorder, TrafficRecord } from "./traffic-report.ts";
import { recordTraffic } from "./traffic-store.ts";

export interface RecorderDeps {
  readonly planned: PlannedQueries;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
}

export interface RecorderLimits {
  /** More than these are refused at once. About 2 kB each. */
  readonly maxWaiting: number;
  readonly maxBatch: number;
}

const DEFAULT_LIMITS: RecorderLimits = { maxWaiting: 20_000, maxBatch: 1_000 };

interface Waiting {
  readonly record: TrafficRecord;
  readonly resolve: (recorded: Recorded) => void;
  readonly reject: (error: unknown) => void;
}

export class TrafficRecorder implements Recorder {
  readonly #deps: RecorderDeps;
  readonly #limits: RecorderLimits;
  #waiting: Waiting[] = [];
  #flushing: Promise<void> | undefined;

  constructor(deps: RecorderDeps, limits: RecorderLimits = DEFAULT_LIMITS) {
    this.#deps = deps;
    this.#limits = limits;
  }

  record(record: TrafficRecord): Promise<Recorded> {
    if (this.#waiting.length >= this.#limits.maxWaiting) {
      this.#deps.metrics.trafficRefused.inc();
      return Promise.reject(new AppError("overloaded", { retryAfterSeconds: 1 }));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ record, resolve, reject });
      this.#flushing ??= this.#flush();
    });
  }

  /** Resolves when everything that was taken is durable, or has failed. */
  async drain(): Promise<void> {
    await this.#flushing;
  }

  async #flush(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.#limits.maxBatch);
      this.#deps.metrics.trafficBatch.observe(batch.length);
      await this.#write(batch);
    }
    this.#flushing = undefined;
  }

  /** Never rejects. One record that the database does not take must not cost the others theirs. */
  async #write(batch: readonly Waiting[]): Promise<void> {
    try {
      const recorded = await this.#store(batch.map(({ record }) => record));
      for (const [index, { resolve }] of batch.entries()) resolve(recorded[index] ?? { isNewEvent: false });
    } catch (error) {
      if (batch.length === 1 || !isAboutData(error)) return this.#fail(batch, error);
      const middle = Math.ceil(batch.length / 2);
      await this.#write(batch.slice(0, middle));
      await this.#write(batch.slice(middle));
    }
  }

  #store(records: readonly TrafficRecord[]): Promise<readonly Recorded[]> {
    return repeatOnDeadlock(() => recordTraffic(this.#deps, records, this.#deps.clock.now()));
  }

  #fail(batch: readonly Waiting[], cause: unknown): void {
    this.#deps.log.error({ err: cause, records: batch.length }, "traffic.not_recorded");
    this.#deps.metrics.trafficRefused.inc(batch.length);
    const error = isAboutData(cause)
      ? new AppError("internal_error", { cause })
      : new AppError("database_unreachable", {
          detail: "The callback is not stored.",
          retryAfterSeconds: 1,
          cause,
        });
    for (const { reject } of batch) reject(error);
  }
}
