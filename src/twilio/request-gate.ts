// Where requests to one account wait for their turn. Knows nothing of HTTP and decides no limit: that is the controller's.
import type { Clock } from "../base/clock.ts";
import { afterAnswer, INITIAL_CONCURRENCY } from "./concurrency-controller.ts";
import { LatencyBaseline } from "./latency-baseline.ts";
import type { Answer } from "./round-trip.ts";

/** Somebody waits for it, or nobody does. */
export type Priority = "interactive" | "batch";

/** What came back for a request. */
export interface Feedback {
  readonly outcome: Answer["outcome"];
  /** Requests of one kind take about as long as each other. */
  readonly kind: string;
  readonly durationMs: number;
  /** `Twilio-Concurrent-Requests`. */
  readonly account: number | undefined;
  /** How long nothing more may be sent. */
  readonly pauseMs: number;
}

/** A place among the requests under way. Whoever has one must leave it. */
export interface Turn {
  answered(feedback: Feedback): void;
  leave(): void;
}

interface Waiting {
  readonly begin: () => void;
}

/** For each priority; more would wait longer than anybody waits for them. */
const MAX_WAITING = 10_000;
/** Places that batches leave free: for somebody here, and so that other processes of the account get in at all. */
const RESERVE = { share: 0.03, least: 1, most: 5 };
/** So many interactive requests may go before a batch that waits; then one of the batch goes, so that none starves. */
const MOST_OVERTAKING = 20;
const MAX_PAUSE_MS = 60_000;
/** So that a pause which nobody waits for any longer does not keep the process. */
const PAUSE_SLICE_MS = 1_000;

export class QueueFullError extends Error {
  override readonly name = "QueueFullError";
}

export class RequestGate {
  readonly #clock: Pick<Clock, "now" | "sleep">;
  readonly #latencies = new LatencyBaseline();
  // Sets keep their order, and let go of what is abandoned in the middle.
  readonly #waiting = { interactive: new Set<Waiting>(), batch: new Set<Waiting>() };
  #concurrency = INITIAL_CONCURRENCY;
  #taken = 0;
  /** Interactive requests in a row that began while a batch waited. */
  #overtaking = 0;
  #lastSerial = 0;
  #pausedUntilMs = 0;
  #isSleeping = false;

  constructor(clock: Pick<Clock, "now" | "sleep">) {
    this.#clock = clock;
  }

  /** How many requests may be under way now. */
  get limit(): number {
    return Math.floor(this.#concurrency.limit);
  }

  get underWay(): number {
    return this.#taken;
  }

  get waiting(): number {
    return this.#waiting.interactive.size + this.#waiting.batch.size;
  }

  get isIdle(): boolean {
    return this.underWay + this.waiting === 0;
  }

  /**
   * Resolves when it is this request's turn: interactive ones before batches, each in their order. Where people leave
   * no place free at all, a batch still gets every twenty-first.
   *
   * @throws QueueFullError; the signal's reason, once it aborts
   */
  async enter(priority: Priority, signal: AbortSignal): Promise<Turn> {
    const queue = this.#waiting[priority];
    signal.throwIfAborted();
    if (queue.size >= MAX_WAITING) throw new QueueFullError(`${queue.size} requests wait for this account`);
    const { promise, resolve, reject } = Promise.withResolvers<Turn>();
    const abandon = () => {
      queue.delete(waiting);
      reject(signal.reason);
    };
    const begin = () => {
      queue.delete(waiting);
      signal.removeEventListener("abort", abandon);
      resolve(this.#begin(priority));
    };
    const waiting = { begin };
    queue.add(waiting);
    signal.addEventListener("abort", abandon, { once: true });
    this.#letIn();
    return promise;
  }

  #begin(priority: Priority): Turn {
    const overtakes = priority === "interactive" && this.#waiting.batch.size > 0;
    this.#overtaking = overtakes ? this.#overtaking + 1 : 0;
    this.#taken += 1;
    this.#lastSerial += 1;
    const serial = this.#lastSerial;
    const ownBefore = this.#taken;
    return {
      answered: (feedback) => this.#learn(serial, ownBefore, feedback),
      leave: () => {
        this.#taken -= 1;
        this.#letIn();
      },
    };
  }

  #learn(serial: number, ownBefore: number, feedback: Feedback): void {
    const { outcome, account, kind, durationMs, pauseMs } = feedback;
    const nowMs = this.#clock.now().getTime();
    const isClean = outcome === "clean";
    this.#concurrency = afterAnswer(this.#concurrency, {
      outcome,
      account,
      serial,
      lastSerial: this.#lastSerial,
      own: Math.max(ownBefore, this.#taken),
      slowness: isClean ? this.#latencies.slowness(kind, durationMs, nowMs) : 1,
      isHeldBack: this.waiting > 0,
    });
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, nowMs + Math.min(pauseMs, MAX_PAUSE_MS));
  }

  #letIn(): void {
    const pauseMs = this.#pausedUntilMs - this.#clock.now().getTime();
    if (pauseMs > 0) {
      void this.#wait(pauseMs);
      return;
    }
    for (let next = this.#next(); next; next = this.#next()) next.begin();
  }

  #next(): Waiting | undefined {
    if (this.#taken >= this.limit) return undefined;
    const [interactive] = this.#waiting.interactive;
    const [batch] = this.#waiting.batch;
    if (batch && this.#overtaking >= MOST_OVERTAKING) return batch;
    if (interactive) return interactive;
    return this.#taken < this.limit - reserveOf(this.limit) ? batch : undefined;
  }

  async #wait(pauseMs: number): Promise<void> {
    if (this.#isSleeping || this.waiting === 0) return;
    this.#isSleeping = true;
    await this.#clock.sleep(Math.min(pauseMs, PAUSE_SLICE_MS));
    this.#isSleeping = false;
    this.#letIn();
  }
}

/** None where it would leave nothing to a batch. */
function reserveOf(limit: number): number {
  if (limit <= RESERVE.least) return 0;
  return Math.min(RESERVE.most, Math.max(RESERVE.least, Math.floor(limit * RESERVE.share)));
}
