// What listeners are told of batches.
import { IDLE_MS } from "../api/event-stream.ts";
import type { Clock } from "../base/clock.ts";
import { within } from "../base/deadline.ts";
import type { Logger } from "../base/log.ts";
import { LookOuts } from "../base/look-out.ts";
import type { Db } from "../db/connect.ts";
import type { Batch } from "./batch.ts";
import { isAtRest } from "./batch-rules.ts";
import { findBatch } from "./batch-store.ts";

interface ProgressDeps {
  readonly db: Db;
  readonly clock: Pick<Clock, "sleep">;
  readonly log: Logger;
}

export class BatchProgress {
  readonly #clock: ProgressDeps["clock"];
  readonly #lookOuts: LookOuts<WatchedBatch>;

  constructor({ db, clock, log }: ProgressDeps) {
    this.#clock = clock;
    this.#lookOuts = new LookOuts({ clock, log }, async (lookOut) => {
      const { orgId, id } = lookOut.subject.latest;
      const batch = await findBatch(db, orgId, id);
      if (!batch) lookOut.end();
      else if (lookOut.subject.show(batch)) lookOut.tell();
    });
  }

  /**
   * The batch whenever there is something new to see of it, until it has ended or the node stops; undefined when there has
   * been nothing for a while. Whoever stops taking must call `return`, as `for await` does.
   *
   * @param end aborts when the node stops
   * @param seen the revision that the listener has seen, to go on from there
   */
  async *watch(batch: Batch, end: AbortSignal, seen = -1): AsyncGenerator<Batch | undefined, void, void> {
    const lookOut = this.#lookOuts.join(batch.id, end, () => new WatchedBatch(batch));
    if (lookOut.subject.show(batch)) lookOut.tell();
    try {
      for (let revision = seen; ; ) {
        const { latest } = lookOut.subject;
        if (latest.revision > revision) {
          revision = latest.revision;
          yield latest;
        } else if (isAtRest(latest) || lookOut.isOver) return;
        else if (!(await within(this.#clock, IDLE_MS, lookOut.news))) yield undefined;
      }
    } finally {
      this.#lookOuts.leave(lookOut);
    }
  }
}

class WatchedBatch {
  latest: Batch;

  constructor(batch: Batch) {
    this.latest = batch;
  }

  /** @returns whether it is newer than what was known */
  show(batch: Batch): boolean {
    if (batch.revision <= this.latest.revision) return false;
    this.latest = batch;
    return true;
  }
}
