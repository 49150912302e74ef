// Group commit: what has come in when one transaction ends goes out together in the next. The busier it is, the larger the
// batches, and nobody ever waits for a timer. One transaction is under way at a time. What was measured: decision 0011.
import { setImmediate } from "node:timers/promises";
import type { Clock } from "../base/clock.ts";
import { AppError } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import type { Metrics } from "../base/metrics.ts";
import { repeatOnDeadlock } from "../db/deadlocks.ts";
import type { PlannedQueries } from "../db/planned-queries.ts";
import { isAboutData } from "../db/sql-errors.ts";
import { recordSizeBytes } from "./record-size.ts";
import type { Recorded, Recorder, TrafficRecord } from "./traffic-report.ts";
import { recordTraffic } from "./traffic-store.ts";

export interface RecorderDeps {
  readonly planned: PlannedQueries;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
}

export interface RecorderLimits {
  /** More than these are refused at once. */
  readonly maxWaiting: number;
  readonly maxWaitingBytes: number;
  /** A larger batch costs each of its records no less. */
  readonly goodBatch: number;
  readonly maxBatch: number;
  readonly maxBatchBytes: number;
  /** Reports of one call or message in a batch: each takes a statement of its own (report-rounds.ts). */
  readonly maxOfOne: number;
}

// Callbacks as Twilio sends them meet the counts first. The bytes are for those that somebody has filled up: a tenant
// knows the token that signs its own.
const DEFAULT_LIMITS: RecorderLimits = {
  maxWaiting: 20_000,
  maxWaitingBytes: 128 * 1024 * 1024,
  goodBatch: 128,
  maxBatch: 1_000,
  maxBatchBytes: 8 * 1024 * 1024,
  maxOfOne: 16,
};

interface Waiting {
  readonly record: TrafficRecord;
  readonly sizeBytes: number;
  readonly resolve: (recorded: Recorded) => void;
  readonly reject: (error: unknown) => void;
}

export class TrafficRecorder implements Recorder {
  readonly #deps: RecorderDeps;
  readonly #limits: RecorderLimits;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #flushing: Promise<void> | undefined;

  constructor(deps: RecorderDeps, limits: Partial<RecorderLimits> = {}) {
    this.#deps = deps;
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
  }

  record(record: TrafficRecord): Promise<Recorded> {
    const sizeBytes = recordSizeBytes(record);
    if (!this.#hasRoomFor(sizeBytes)) {
      this.#deps.metrics.trafficRefused.inc();
      return Promise.reject(new AppError("overloaded", { retryAfterSeconds: 1 }));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ record, sizeBytes, resolve, reject });
      this.#waitingBytes += sizeBytes;
      this.#flushing ??= this.#flush();
    });
  }

  /** Resolves when everything that was taken is durable, or has failed. */
  async drain(): Promise<void> {
    await this.#flushing;
  }

  #hasRoomFor(sizeBytes: number): boolean {
    const { maxWaiting, maxWaitingBytes } = this.#limits;
    return this.#waiting.length < maxWaiting && this.#waitingBytes + sizeBytes <= maxWaitingBytes;
  }

  /**
   * The first of those that wait: at least one, whatever its size, and of many half, so that the database has the other
   * half to do while these are answered. Senders who wait for an answer before they send the next would otherwise be dealt
   * with all at once, and the database and this process stand still by turns.
   */
  #takeBatch(): readonly Waiting[] {
    const { goodBatch, maxBatch, maxBatchBytes, maxOfOne } = this.#limits;
    const maxCount = Math.min(maxBatch, Math.max(goodBatch, Math.ceil(this.#waiting.length / 2)));
    const bySid = new Map<string | undefined, number>();
    let count = 0;
    let batchBytes = 0;
    for (const { record, sizeBytes } of this.#waiting) {
      if (count === maxCount || (count > 0 && batchBytes + sizeBytes > maxBatchBytes)) break;
      const ofOne = (bySid.get(record.report?.sid) ?? 0) + 1;
      if (record.report && ofOne > maxOfOne) break;
      bySid.set(record.report?.sid, ofOne);
      count += 1;
      batchBytes += sizeBytes;
    }
    this.#waitingBytes -= batchBytes;
    return this.#waiting.splice(0, count);
  }

  /**
   * Has the event loop read the sockets until there is a good batch, or nothing new is in them. Larger batches are cheaper
   * for each record, which matters more to a busy server than to begin a millisecond earlier.
   */
  async #gather(): Promise<void> {
    let before = 0;
    while (this.#waiting.length > before && this.#waiting.length < this.#limits.goodBatch) {
      before = this.#waiting.length;
      await setImmediate();
    }
  }

  async #flush(): Promise<void> {
    while (this.#waiting.length > 0) {
      await this.#gather();
      const batch = this.#takeBatch();
      this.#deps.metrics.trafficBatch.observe(batch.length);
      await this.#write(batch);
    }
    this.#flushing = undefined;
  }

  /** Never rejects. One record that the database does not take must not cost the others theirs. */
  async #write(batch: readonly Waiting[]): Promise<void> {
    try {
      const recorded = await this.#store(batch.map(({ record }) => record));
      void this.#answer(batch, recorded);
    } catch (error) {
      if (batch.length === 1 || !isAboutData(error)) return this.#fail(batch, error);
      const middle = Math.ceil(batch.length / 2);
      await this.#write(batch.slice(0, middle));
      await this.#write(batch.slice(middle));
    }
  }

  /** Not before the next batch is on its way: the answers take as long as the database needs for it. */
  async #answer(batch: readonly Waiting[], recorded: readonly Recorded[]): Promise<void> {
    await setImmediate();
    for (const [index, { resolve }] of batch.entries()) resolve(recorded[index] ?? { isNewEvent: false });
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
