// What listeners are told of batches. However many listen to one, a node asks for it once a second.
import type { Clock } from "../base/clock.ts";
import { within } from "../base/deadline.ts";
import { messageOf } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import type { Db } from "../db/connect.ts";
import type { Batch } from "./batch.ts";
import { isAtRest } from "./batch-rules.ts";
import { findBatch } from "./batch-store.ts";

interface ProgressDeps {
  readonly db: Db;
  readonly clock: Pick<Clock, "sleep">;
  readonly log: Logger;
}

const POLL_MS = 1_000;
/** So often does a listener hear something, so that nothing in between takes the connection for dead. */
const IDLE_MS = 15_000;

export class BatchProgress {
  readonly #deps: ProgressDeps;
  readonly #watched = new Map<string, WatchedBatch>();
  #isStopped = false;

  constructor(deps: ProgressDeps) {
    this.#deps = deps;
  }

  /**
   * The batch whenever there is something new to see of it, until it has ended or the node stops; undefined when there has
   * been nothing for a while. Whoever stops taking must call `return`, as `for await` does.
   *
   * @param seen the revision that the listener has seen, to go on from there
   */
  async *watch(batch: Batch, seen = -1): AsyncGenerator<Batch | undefined, void, void> {
    const watched = this.#join(batch);
    try {
      for (let revision = seen; ; ) {
        const { latest, news } = watched;
        if (latest.revision > revision) {
          revision = latest.revision;
          yield latest;
        } else if (isAtRest(latest) || watched.isOver) return;
        else if (!(await within(this.#deps.clock, IDLE_MS, news))) yield undefined;
      }
    } finally {
      this.#leave(watched);
    }
  }

  /** Ends every watch. */
  stop(): void {
    this.#isStopped = true;
    for (const watched of this.#watched.values()) watched.end();
  }

  #join(batch: Batch): WatchedBatch {
    const known = this.#watched.get(batch.id);
    const watched = known ?? new WatchedBatch(batch);
    watched.listeners++;
    watched.show(batch);
    if (known) return known;
    this.#watched.set(batch.id, watched);
    if (this.#isStopped) watched.end();
    else void this.#poll(watched);
    return watched;
  }

  #leave(watched: WatchedBatch): void {
    watched.listeners--;
    if (watched.listeners > 0) return;
    watched.end();
    this.#watched.delete(watched.latest.id);
  }

  async #poll(watched: WatchedBatch): Promise<void> {
    const { orgId, id } = watched.latest;
    while (!watched.isOver) {
      await this.#deps.clock.sleep(POLL_MS, watched.signal).catch(() => undefined);
      if (watched.isOver) return;
      try {
        const batch = await findBatch(this.#deps.db, orgId, id);
        if (batch) watched.show(batch);
        else watched.end();
      } catch (error) {
        this.#deps.log.warn({ batchId: id, reason: messageOf(error) }, "batch.progress_unknown");
      }
    }
  }
}

class WatchedBatch {
  latest: Batch;
  listeners = 0;
  #next = Promise.withResolvers<true>();
  readonly #ending = new AbortController();

  constructor(batch: Batch) {
    this.latest = batch;
  }

  /** Resolves when there is something to look at: another `latest`, or the end. */
  get news(): Promise<true> {
    return this.#next.promise;
  }

  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  get isOver(): boolean {
    return this.#ending.signal.aborted;
  }

  show(batch: Batch): void {
    if (batch.revision <= this.latest.revision) return;
    this.latest = batch;
    this.#tell();
  }

  end(): void {
    this.#ending.abort();
    this.#tell();
  }

  #tell(): void {
    this.#next.resolve(true);
    this.#next = Promise.withResolvers();
  }
}
