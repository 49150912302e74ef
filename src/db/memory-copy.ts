// Keeps a copy of some rows in memory, and fresh. With the database down the copy stays as it is.
import { backoffMs } from "../base/backoff.ts";
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/log.ts";
import type { Change } from "./change.ts";
import type { ChangeFeed, ChangeSubscriber } from "./change-feed.ts";

const BACKOFF = { firstMs: 100, maxMs: 5_000 };

/** Changed by `reload` and `refresh` only, and they run one at a time. What fails leaves the copy as it was. */
export interface MemoryCopy {
  /** For the log. */
  readonly name: string;
  concerns(change: Change): boolean;
  /** Reads everything, and puts it in the place of what was there all at once. */
  reload(): Promise<void>;
  /** Reads what has changed, as it is now. */
  refresh(changes: readonly Change[]): Promise<void>;
}

export interface FreshnessDeps {
  readonly clock: Clock;
  readonly log: Logger;
}

/** Loads a copy, and keeps it fresh until the feed is closed. @throws what the first load throws */
export async function keepFresh(deps: FreshnessDeps, feed: ChangeFeed, copy: MemoryCopy): Promise<void> {
  await new Keeper(deps, copy).start(feed);
}

class Keeper implements ChangeSubscriber {
  readonly #deps: FreshnessDeps;
  readonly #copy: MemoryCopy;
  readonly #closing = new AbortController();
  #changes: Change[] = [];
  #mustReload = false;
  /** How many changes and resets it was told of, and how many of them are in effect. */
  #told = 0;
  #applied = 0;
  #waiting: { readonly upTo: number; readonly resolve: () => void }[] = [];
  #work: Promise<void> | undefined;

  constructor(deps: FreshnessDeps, copy: MemoryCopy) {
    this.#deps = deps;
    this.#copy = copy;
  }

  async start(feed: ChangeFeed): Promise<void> {
    // In this order: what changes while it loads is read again, afterwards.
    const loading = feed.subscribe(this).then(() => this.#copy.reload());
    this.#work = loading.then(
      () => this.#catchUp(),
      () => {},
    );
    await loading;
  }

  onChange(change: Change): void {
    if (!this.#copy.concerns(change)) return;
    this.#changes.push(change);
    this.#wake();
  }

  onReset(): void {
    this.#mustReload = true;
    this.#wake();
  }

  applied(): Promise<void> {
    if (this.#applied === this.#told) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ upTo: this.#told, resolve }));
  }

  async onClose(): Promise<void> {
    this.#closing.abort();
    await this.#work;
    this.#release(this.#told);
  }

  #wake(): void {
    this.#told++;
    // A microtask later, so that what arrives in one go is read in one go.
    this.#work ??= Promise.resolve().then(() => this.#catchUp());
  }

  async #catchUp(): Promise<void> {
    for (let failures = 0; this.#applied < this.#told && !this.#closing.signal.aborted; ) {
      failures = (await this.#applyOnce()) ? 0 : failures + 1;
      if (failures > 0) await this.#pause(failures);
    }
    this.#work = undefined;
  }

  /** False when it failed; then everything is still to be done. */
  async #applyOnce(): Promise<boolean> {
    const [changes, mustReload, upTo] = [this.#changes, this.#mustReload, this.#told];
    this.#changes = [];
    this.#mustReload = false;
    try {
      await (mustReload ? this.#copy.reload() : this.#copy.refresh(changes));
      this.#release(upTo);
      return true;
    } catch (error) {
      this.#changes = changes.concat(this.#changes);
      this.#mustReload ||= mustReload;
      if (!this.#closing.signal.aborted)
        this.#deps.log.warn({ err: error, copy: this.#copy.name }, "memory_copy.outdated");
      return false;
    }
  }

  #release(upTo: number): void {
    this.#applied = upTo;
    const isDone = (waiter: { readonly upTo: number }) => waiter.upTo <= upTo;
    for (const { resolve } of this.#waiting.filter(isDone)) resolve();
    this.#waiting = this.#waiting.filter((waiter) => !isDone(waiter));
  }

  async #pause(failures: number): Promise<void> {
    const { clock } = this.#deps;
    await clock.sleep(backoffMs(failures, clock.random(), BACKOFF), this.#closing.signal).catch(() => {});
  }
}
