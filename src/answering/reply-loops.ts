import { LRUCache } from "lru-cache";
import { byClock } from "../base/cache-clock.ts";
import type { Clock } from "../base/clock.ts";
import { MINUTE_MS } from "../base/durations.ts";
import { messageOf } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import type { ReplyPart } from "./reply.ts";
import type { Extension, Pair, Runs } from "./reply-run-store.ts";

/** What ends a run. Longer than two agents take that both think for as long as they may, a minute. */
export const PAUSE_MS = 10 * MINUTE_MS;
/** Beyond it we are silent. More than a person writes without ever looking up. */
export const MAX_RUN = 100;
/** Where the sender's messages are answered by an agent here as well: then neither is a person. */
export const MAX_RUN_BOTH_WAYS = 10;
/** From here on the other nodes are told. Most conversations are shorter. */
const SHARED_FROM = 3;
const MAX_PAIRS = 50_000;

interface Deps {
  /** Tells the other nodes, and hears from them. */
  readonly extendRun: (extension: Extension) => Promise<Runs>;
  readonly clock: Pick<Clock, "now">;
  readonly log: Pick<Logger, "warn">;
}

/**
 * Two programs that answer each other do so for ever, at a price for each message. So after many answered messages without
 * a pause we fall silent, until ten minutes after the last answer. Counts messages that were answered, however many
 * messages an answer has, and none that were not: see docs/decisions/0019-a-loop-is-cut-by-counting-answered-messages.md.
 */
export class ReplyLoops {
  readonly #deps: Deps;
  /** Answered in a row, by whom; gone after a pause. */
  readonly #runs: LRUCache<string, number>;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#runs = new LRUCache({ max: MAX_PAIRS, ttl: PAUSE_MS, ...byClock(deps.clock) });
  }

  /** Whether a message is to get no reply, so that no agent need be asked for one. */
  isLooping(pair: Pair): boolean {
    const [there, back] = [this.#runOf(pair), this.#runOf(turned(pair))];
    return there >= MAX_RUN || Math.min(there, back) >= MAX_RUN_BOTH_WAYS;
  }

  /**
   * Counts a message as answered, right before it is: while an agent was asked, others may have been. Nobody waits for the
   * other nodes to know. A reply that says nothing to whoever has written, perhaps because it is handed on, is none.
   *
   * @returns false when it is to get no reply after all
   */
  mayReply(pair: Pair, parts: readonly ReplyPart[]): boolean {
    if (!parts.some(({ to = pair.from }) => to === pair.from)) return true;
    if (this.isLooping(pair)) return false;
    const run = this.#runOf(pair) + 1;
    this.#runs.set(keyOf(pair), run);
    if (run >= SHARED_FROM) void this.#share(pair, run === SHARED_FROM ? run : 1);
    return true;
  }

  async #share(pair: Pair, replies: number): Promise<void> {
    const { extendRun, clock, log } = this.#deps;
    try {
      this.#learn(pair, await extendRun({ pair, replies, at: clock.now(), pauseMs: PAUSE_MS }));
    } catch (error) {
      // What this node has counted by itself goes on counting.
      log.warn({ reason: messageOf(error) }, "reply_run.not_shared");
    }
  }

  #learn(pair: Pair, { there, back }: Runs): void {
    this.#raise(pair, there);
    this.#raise(turned(pair), back);
  }

  /** What others have counted is no answer of now, so it prolongs nothing. */
  #raise(pair: Pair, run: number): void {
    if (run > this.#runOf(pair)) this.#runs.set(keyOf(pair), run, { noUpdateTTL: true });
  }

  #runOf(pair: Pair): number {
    return this.#runs.get(keyOf(pair)) ?? 0;
  }
}

function keyOf({ from, to }: Pair): string {
  return `${from} ${to}`;
}

function turned({ from, to }: Pair): Pair {
  return { from: to, to: from };
}
