// The batches that this node runs. Any node may run any batch; who does is decided by the lease.
import type { Clock } from "../base/clock.ts";
import { within } from "../base/deadline.ts";
import type { Logger } from "../base/log.ts";

interface RunnersDeps {
  readonly clock: Pick<Clock, "sleep">;
  readonly log: Logger;
  /** Runs one batch until it ends, or until the signal tells it to begin nothing more. */
  readonly run: (batchId: string, signal: AbortSignal) => Promise<void>;
}

/** A batch that is one too many waits for a node with less to do, or for the next minute. */
const MAX_AT_ONCE = 16;
/** What is under way at Twilio when we stop ends by then, or recovery ends it. */
const STOP_GRACE_MS = 10_000;

export class BatchRunners {
  readonly #deps: RunnersDeps;
  readonly #running = new Map<string, Promise<void>>();
  readonly #stopping = new AbortController();

  constructor(deps: RunnersDeps) {
    this.#deps = deps;
  }

  /** Resolves when this node's run has ended, however it has; at once when there is none. */
  start(batchId: string): Promise<void> {
    const running = this.#running.get(batchId);
    if (running) return running;
    if (this.#stopping.signal.aborted || this.#running.size >= MAX_AT_ONCE) return Promise.resolve();
    const run = this.#run(batchId).finally(() => this.#running.delete(batchId));
    this.#running.set(batchId, run);
    return run;
  }

  async #run(batchId: string): Promise<void> {
    try {
      await this.#deps.run(batchId, this.#stopping.signal);
    } catch (error) {
      // Its lease ends, and then any node takes it up again.
      this.#deps.log.error({ err: error, batchId }, "batch.run_failed");
    }
  }

  /** Begins nothing more, and resolves when everything has ended or has been given up. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    if (this.#running.size === 0) return;
    await within(this.#deps.clock, STOP_GRACE_MS, Promise.allSettled(this.#running.values()));
  }
}
