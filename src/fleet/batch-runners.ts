// The batches that this node runs. Any node may run any batch; who does is decided by the lease.
import type { Clock } from "../base/clock.ts";
import { within } from "../base/deadline.ts";
import type { Logger } from "../base/log.ts";
import type { Batch } from "./batch.ts";

interface RunnersDeps {
  readonly clock: Pick<Clock, "sleep">;
  readonly log: Logger;
  /** Runs one batch until it ends, or until the signal tells it to begin nothing more. */
  readonly run: (batchId: string, signal: AbortSignal) => Promise<void>;
}

/** A batch that is one too many waits for a node with less to do, or for the next minute. */
const MAX_AT_ONCE = 16;
/** Of these, for organizations of which nothing runs here: those of one may take hours, and nobody else's is to wait for them. */
const RESERVED = 4;
/** What is under way at Twilio when we stop ends by then, or recovery ends it. */
const STOP_GRACE_MS = 10_000;

interface Running {
  readonly orgId: string;
  readonly ended: Promise<void>;
}

export class BatchRunners {
  readonly #deps: RunnersDeps;
  readonly #running = new Map<string, Running>();
  /** Those of which nobody has looked since they were last started. */
  readonly #wanted = new Set<string>();
  readonly #stopping = new AbortController();

  constructor(deps: RunnersDeps) {
    this.#deps = deps;
  }

  /**
   * Resolves when this node's run has ended, however it has; at once when there is none. A run that is under way already may
   * be ending, and not see any more what somebody has just decided: then another one follows.
   */
  start({ id, orgId }: Pick<Batch, "id" | "orgId">): Promise<void> {
    const running = this.#running.get(id);
    if (!running && !this.#hasPlaceFor(orgId)) return Promise.resolve();
    this.#wanted.add(id);
    if (running) return running.ended;
    const ended = this.#runWhileWanted(id).finally(() => this.#running.delete(id));
    this.#running.set(id, { orgId, ended });
    return ended;
  }

  #hasPlaceFor(orgId: string): boolean {
    const runs = [...this.#running.values()];
    const isFirst = runs.every((run) => run.orgId !== orgId);
    return runs.length < (isFirst ? MAX_AT_ONCE : MAX_AT_ONCE - RESERVED);
  }

  async #runWhileWanted(batchId: string): Promise<void> {
    while (this.#wanted.delete(batchId) && !this.#stopping.signal.aborted) await this.#run(batchId);
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
    const runs = [...this.#running.values()];
    await within(this.#deps.clock, STOP_GRACE_MS, Promise.allSettled(runs.map(({ ended }) => ended)));
  }
}
