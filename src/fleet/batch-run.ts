// One runner's time with a batch: holds its lease, and knows whether it may go on.
import { addMs } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import { newUuid } from "../base/ids.ts";
import type { Batch, BatchState, StopReason } from "./batch.ts";
import { beat, claimBatch, type Lease, moveBatch, releaseBatch } from "./batch-lease-store.ts";
import { reasonToStop } from "./batch-rules.ts";
import { type BatchPatch, findBatch } from "./batch-store.ts";
import type { RunDeps } from "./fleet-deps.ts";

const BEAT_MS = 1_000;

/** Takes a batch that belongs to nobody. */
export async function beginRun(
  deps: RunDeps,
  batchId: string,
  signal: AbortSignal,
): Promise<BatchRun | undefined> {
  const lease = { batchId, owner: `${deps.nodeId} ${newUuid()}` };
  const now = deps.clock.now();
  const orgId = await claimBatch(deps.db, lease, addMs(now, deps.leaseMs), now);
  return orgId === undefined ? undefined : new BatchRun(deps, lease, orgId, signal);
}

export class BatchRun {
  readonly lease: Lease;
  readonly #deps: RunDeps;
  readonly #orgId: string;
  readonly #signal: AbortSignal;
  /** Since when items have come to their end. */
  #countsSince: number;
  #beatAt: number;
  #beating: Promise<unknown> | undefined;
  #state: BatchState = "planning";
  #failedCount = 0;
  #failureBudget = 0;
  #endedCount = 0;
  #isHalted = false;
  #error: unknown;

  constructor(deps: RunDeps, lease: Lease, orgId: string, signal: AbortSignal) {
    this.lease = lease;
    this.#deps = deps;
    this.#orgId = orgId;
    this.#signal = signal;
    this.#countsSince = this.#beatAt = deps.clock.now().getTime();
  }

  /** The batch as it is now, when nothing is under way; undefined when it belongs to somebody else. */
  async look(): Promise<Batch | undefined> {
    if (!(await this.#beat())) return undefined;
    const batch = await findBatch(this.#deps.db, this.#orgId, this.lease.batchId);
    if (!batch) return undefined;
    this.#state = batch.state;
    this.#failedCount = batch.counts.failed;
    this.#failureBudget = batch.failureBudget ?? 0;
    this.#isHalted = false;
    return batch;
  }

  /** Whether the process is about to end, so that nothing more may be begun. */
  get isStopping(): boolean {
    return this.#signal.aborted;
  }

  /** Whether another item may be begun. */
  get mayGoOn(): boolean {
    return !this.#isHalted && !this.#signal.aborted;
  }

  /** Begins nothing more until somebody has looked. */
  halt(): void {
    this.#isHalted = true;
  }

  /** The same, because of something that is nobody's but ours to deal with. */
  fail(error: unknown): void {
    this.#error ??= error;
    this.halt();
  }

  throwIfFailed(): void {
    if (this.#error !== undefined) throw this.#error;
  }

  /** An item has come to its end. */
  note(outcome: { readonly state: string }): void {
    this.noteProgress(1);
    if (outcome.state !== "failed") return;
    this.#failedCount++;
    if (this.reasonToStop) this.halt();
  }

  noteProgress(count: number): void {
    this.#endedCount += count;
  }

  get reasonToStop(): StopReason | undefined {
    return reasonToStop(this.#state, { failed: this.#failedCount }, this.#failureBudget);
  }

  /** Renews the lease when that is due, and sees whether the batch is still what it was. */
  async keepAlive(): Promise<void> {
    if (this.#deps.clock.now().getTime() - this.#beatAt < BEAT_MS || this.#beating) return;
    this.#beating = this.#beat();
    try {
      await this.#beating;
    } finally {
      this.#beating = undefined;
    }
  }

  async #beat(): Promise<boolean> {
    const now = this.#deps.clock.now();
    this.#beatAt = now.getTime();
    const patch = { leaseUntil: this.leaseUntil, perSecond: this.perSecond };
    const seen = await beat(this.#deps.db, this.lease, patch, now);
    if (seen?.state !== this.#state) this.halt();
    return seen !== undefined;
  }

  get leaseUntil(): Date {
    return addMs(this.#deps.clock.now(), this.#deps.leaseMs);
  }

  get perSecond(): number | null {
    const elapsedMs = this.#deps.clock.now().getTime() - this.#countsSince;
    return elapsedMs > 0 && this.#endedCount > 0 ? (this.#endedCount * 1_000) / elapsedMs : null;
  }

  /** Moves the batch on; where that is not possible any more, the next look shows why. */
  async move(from: BatchState, patch: BatchPatch, db = this.#deps.db): Promise<boolean> {
    const now = this.#deps.clock.now();
    const isMoved = await moveBatch(db, this.lease, from, patch, now);
    // How fast numbers are planned says nothing of how fast they are changed.
    if (isMoved && from === "planning") [this.#endedCount, this.#countsSince] = [0, now.getTime()];
    return isMoved;
  }

  /** Nobody's any more, and to be taken up again. The lease ends by itself where that cannot be written down. */
  async giveBack(): Promise<void> {
    const { db, clock, log } = this.#deps;
    const { batchId } = this.lease;
    await releaseBatch(db, this.lease, clock.now()).catch((error: unknown) => {
      log.warn({ batchId, reason: messageOf(error) }, "batch.not_given_back");
    });
  }
}
