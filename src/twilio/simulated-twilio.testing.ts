// A Twilio with a hidden limit and the processes that use one account of it, in a time of their own: a minute of theirs
// takes a moment. Deterministic for a seed.
import { type Priority, RequestGate } from "./request-gate.ts";

export interface Circumstances {
  /** How many requests the account may have under way, over time. */
  readonly limit: (nowMs: number) => number;
  readonly latencyMs: number;
  /** Share by which the latency differs from request to request, both ways. */
  readonly jitter?: number;
  /** From so many under way on, each further one makes all of them slower. */
  readonly capacity?: number;
  /** Whether answers say how many the account has under way. */
  readonly isSilent?: boolean;
  readonly durationMs: number;
  /** From when on each process has more to ask than it may; one from the beginning unless said. */
  readonly startsMs?: readonly number[];
  readonly seed?: number;
}

export interface Observed {
  readonly processes: readonly ObservedProcess[];
  /** How long it took each time when somebody asked the first process for something, refusals included. */
  readonly interactiveMs: readonly number[];
  /** Between two moments: the share of what the limit allowed that was answered, and the share of answers that were 429. */
  between(fromMs: number, toMs: number): { readonly used: number; readonly refused: number };
}

export interface ObservedProcess {
  readonly gate: RequestGate;
  /** How many of its requests were answered in this time. */
  answered(fromMs: number, toMs: number): number;
  readonly answeredAtMs: number[];
  readonly refusedAtMs: number[];
}

const ASK_EVERY_MS = 100;
const REFUSAL_MS = 2;
const BACKOFF_MS = 200;
/** More than any limit, so that somebody always waits. */
const WORKERS = 700;

export async function simulate(circumstances: Circumstances): Promise<Observed> {
  const { durationMs, startsMs = [0], limit, latencyMs } = circumstances;
  const time = new SimulatedTime(circumstances.seed ?? 1);
  const twilio = new SimulatedTwilio(time, circumstances);
  const isOver = new AbortController();
  const processes = startsMs.map((startMs) => startProcess(time, twilio, startMs, isOver.signal));
  const interactiveMs: number[] = [];
  const ask = async (gate: RequestGate) => {
    for (let since = 0; !isOver.signal.aborted; ) {
      const { outcome } = await askInTurn(time, twilio, gate, "interactive", isOver.signal);
      if (outcome === "refused") continue;
      interactiveMs.push(time.nowMs - since);
      await time.sleep(ASK_EVERY_MS);
      since = time.nowMs;
    }
  };
  if (processes[0]) void ask(processes[0].gate).catch(() => {});
  await time.runUntil(durationMs);
  isOver.abort();
  const between = (fromMs: number, toMs: number) => {
    const within = (times: readonly number[]) => times.filter((at) => at >= fromMs && at < toMs).length;
    const answered = processes.reduce((total, { answeredAtMs }) => total + within(answeredAtMs), 0);
    const refused = processes.reduce((total, { refusedAtMs }) => total + within(refusedAtMs), 0);
    const allowed = ((toMs - fromMs) / latencyMs) * limit((fromMs + toMs) / 2);
    return { used: answered / allowed, refused: refused / (answered + refused) };
  };
  return { processes, interactiveMs, between };
}

function startProcess(
  time: SimulatedTime,
  twilio: SimulatedTwilio,
  startMs: number,
  signal: AbortSignal,
): ObservedProcess {
  const gate = new RequestGate(time);
  const answeredAtMs: number[] = [];
  const refusedAtMs: number[] = [];
  const work = async () => {
    await time.sleep(startMs);
    while (!signal.aborted) {
      const { outcome } = await askInTurn(time, twilio, gate, "batch", signal);
      (outcome === "refused" ? refusedAtMs : answeredAtMs).push(time.nowMs);
    }
  };
  for (let worker = 0; worker < WORKERS; worker++) void work().catch(() => {});
  const answered = (fromMs: number, toMs: number) =>
    answeredAtMs.filter((at) => at >= fromMs && at < toMs).length;
  return { gate, answeredAtMs, refusedAtMs, answered };
}

async function askInTurn(
  time: SimulatedTime,
  twilio: SimulatedTwilio,
  gate: RequestGate,
  priority: Priority,
  signal: AbortSignal,
) {
  const turn = await gate.enter(priority, signal);
  try {
    const startedAtMs = time.nowMs;
    const { outcome, account } = await twilio.ask();
    turn.answered({ outcome, account, kind: "GET", durationMs: time.nowMs - startedAtMs, pauseMs: 0 });
    if (outcome === "refused") await time.sleep(time.random() * BACKOFF_MS);
    return { outcome };
  } finally {
    turn.leave();
  }
}

class SimulatedTwilio {
  readonly #time: SimulatedTime;
  readonly #circumstances: Circumstances;
  #underWay = 0;

  constructor(time: SimulatedTime, circumstances: Circumstances) {
    this.#time = time;
    this.#circumstances = circumstances;
  }

  async ask(): Promise<{ outcome: "clean" | "refused"; account: number | undefined }> {
    const { limit, isSilent = false } = this.#circumstances;
    this.#underWay += 1;
    const account = isSilent ? undefined : this.#underWay;
    if (this.#underWay > limit(this.#time.nowMs)) {
      this.#underWay -= 1;
      await this.#time.sleep(REFUSAL_MS);
      return { outcome: "refused", account };
    }
    await this.#time.sleep(this.#latencyMs());
    this.#underWay -= 1;
    return { outcome: "clean", account };
  }

  #latencyMs(): number {
    const { latencyMs, jitter = 0, capacity = Number.POSITIVE_INFINITY } = this.#circumstances;
    const crowd = Math.max(1, this.#underWay / capacity);
    return latencyMs * crowd * (1 + jitter * (2 * this.#time.random() - 1));
  }
}

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

class SimulatedTime {
  nowMs = 0;
  #sleepers: Sleeper[] = [];
  #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  now(): Date {
    return new Date(this.nowMs);
  }

  /** A linear congruential generator: the same numbers for the same seed. */
  random(): number {
    this.#seed = (Math.imul(this.#seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return this.#seed / 0x80000000;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((wake) => this.#insert({ atMs: this.nowMs + ms, wake }));
  }

  async runUntil(endMs: number): Promise<void> {
    await afterWhatFollows();
    for (let next = this.#sleepers.shift(); next && next.atMs < endMs; next = this.#sleepers.shift()) {
      this.nowMs = next.atMs;
      next.wake();
      await afterWhatFollows();
    }
  }

  /** In the order of time; those of one moment as they came. */
  #insert(sleeper: Sleeper): void {
    let low = 0;
    let high = this.#sleepers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sleepers[middle]?.atMs ?? 0) <= sleeper.atMs) low = middle + 1;
      else high = middle;
    }
    this.#sleepers.splice(low, 0, sleeper);
  }
}

function afterWhatFollows(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
