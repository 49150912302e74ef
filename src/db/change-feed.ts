// Hears of every change that matters to what is kept in memory: of every node's on PostgreSQL, of this one's on PGlite.
import type { Clock } from "../base/clock.ts";
import { isDoneWithin } from "../base/deadline.ts";
import type { Logger } from "../base/log.ts";
import { type Change, changeFrom } from "./change.ts";
import type { ChangeChannel } from "./change-channel.ts";

/** With the database down or slow, whoever has changed something waits no longer than this. */
const BARRIER_TIMEOUT_MS = 1_000;

export interface ChangeSubscriber {
  /** In the order of commits. */
  onChange(change: Change): void;
  /** Changes may have been missed. */
  onReset(): void;
  /** Resolves when everything that it was told before the call is in effect. */
  applied(): Promise<void>;
  /** No more changes will come; resolves when it leaves the database alone. */
  onClose(): Promise<void>;
}

export class ChangeFeed {
  readonly #channel: ChangeChannel;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #subscribers: ChangeSubscriber[] = [];
  #listening: Promise<void> | undefined;

  constructor(channel: ChangeChannel, deps: { readonly clock: Clock; readonly log: Logger }) {
    this.#channel = channel;
    this.#clock = deps.clock;
    this.#log = deps.log;
  }

  /** False while changes may be missed. */
  get isListening(): boolean {
    return this.#channel.isListening;
  }

  /**
   * Resolves when the subscriber will be told of everything that is committed from then on.
   *
   * @throws AppError `database_unreachable`
   */
  async subscribe(subscriber: ChangeSubscriber): Promise<void> {
    this.#subscribers.push(subscriber);
    this.#listening ??= this.#channel.listen({
      onPayload: (payload) => this.#tell(payload),
      onGap: () => {
        for (const each of this.#subscribers) each.onReset();
      },
    });
    await this.#listening;
  }

  /**
   * Resolves when everything that was committed before the call is in effect with every subscriber; or, with a line in the
   * log, after a second: what was changed then takes effect a little later.
   */
  async barrier(): Promise<void> {
    if (this.#subscribers.length === 0) return;
    try {
      if (await isDoneWithin(this.#clock, BARRIER_TIMEOUT_MS, this.#passBarrier())) return;
      this.#log.warn({ timeoutMs: BARRIER_TIMEOUT_MS }, "change_feed.barrier_timed_out");
    } catch (error) {
      this.#log.warn({ err: error }, "change_feed.barrier_failed");
    }
  }

  async #passBarrier(): Promise<void> {
    await this.#channel.echo();
    await Promise.all(this.#subscribers.map((subscriber) => subscriber.applied()));
  }

  async close(): Promise<void> {
    await this.#channel.close();
    await Promise.all(this.#subscribers.map((subscriber) => subscriber.onClose()));
  }

  #tell(payload: string): void {
    const change = changeFrom(payload);
    if (!change) this.#log.warn({ payload: payload.slice(0, 200) }, "change_feed.unknown_change");
    else for (const subscriber of this.#subscribers) subscriber.onChange(change);
  }
}
