// Looks for news on behalf of listeners. However many want to know the same, a node looks once a second, and not at all
// when nobody does.
import type { Clock } from "./clock.ts";
import { messageOf } from "./errors.ts";
import type { Logger } from "./log.ts";

const POLL_MS = 1_000;

export interface LookOutDeps {
  readonly clock: Pick<Clock, "sleep">;
  readonly log: Pick<Logger, "warn">;
}

/** One look-out for each subject that somebody listens to. */
export class LookOuts<Subject> {
  readonly #deps: LookOutDeps;
  readonly #look: (lookOut: LookOut<Subject>) => Promise<void>;
  readonly #byKey = new Map<string, LookOut<Subject>>();

  /** @param look looks once, and tells the listeners; when it fails, it is tried again */
  constructor(deps: LookOutDeps, look: (lookOut: LookOut<Subject>) => Promise<void>) {
    this.#deps = deps;
    this.#look = look;
  }

  /**
   * Whoever joins must leave.
   *
   * @param end aborts when the node stops
   * @param begin makes the subject, where nobody listens to it yet
   */
  join(key: string, end: AbortSignal, begin: () => Subject): LookOut<Subject> {
    const known = this.#byKey.get(key);
    const lookOut = known ?? new LookOut(key, begin(), end);
    lookOut.listenerCount++;
    if (known) return known;
    this.#byKey.set(key, lookOut);
    void this.#poll(lookOut);
    return lookOut;
  }

  leave(lookOut: LookOut<Subject>): void {
    lookOut.listenerCount--;
    if (lookOut.listenerCount > 0) return;
    lookOut.end();
    this.#byKey.delete(lookOut.key);
  }

  async #poll(lookOut: LookOut<Subject>): Promise<void> {
    while (!lookOut.isOver) {
      await this.#look(lookOut).catch((error: unknown) =>
        this.#deps.log.warn({ key: lookOut.key, reason: messageOf(error) }, "look_out.failed"),
      );
      await this.#deps.clock.sleep(POLL_MS, lookOut.signal).catch(() => undefined);
    }
  }
}

/** What several listeners look at. */
export class LookOut<Subject> {
  readonly key: string;
  readonly subject: Subject;
  listenerCount = 0;
  /** Aborts when nobody listens any more, there is nothing left to look at, or the node stops. */
  readonly signal: AbortSignal;
  readonly #ending = new AbortController();
  #next = Promise.withResolvers<true>();

  constructor(key: string, subject: Subject, end: AbortSignal) {
    this.key = key;
    this.subject = subject;
    this.signal = AbortSignal.any([this.#ending.signal, end]);
    this.signal.addEventListener("abort", () => this.tell());
  }

  /** Resolves when there is something to see: news of the subject, or the end. */
  get news(): Promise<true> {
    return this.#next.promise;
  }

  get isOver(): boolean {
    return this.signal.aborted;
  }

  tell(): void {
    this.#next.resolve(true);
    this.#next = Promise.withResolvers();
  }

  end(): void {
    this.#ending.abort();
  }
}
