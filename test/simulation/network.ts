// The network between Twilio and us: which callbacks it loses, which it brings twice, and when.
import type { Emulator } from "../../emulator/index.ts";
import { randomFrom } from "./random.ts";

/** What becomes of a callback. */
export const FATES = ["delivered", "delivered", "twice", "lost"] as const;
export type Fate = (typeof FATES)[number];

const ARRIVALS: Record<Fate, number> = { delivered: 1, twice: 2, lost: 0 };
/** A few more than a call or a message has, so that most of them arrive while others are still being made. */
const MOST_AT_ONCE = 6;
const LAST_AT_ONCE = 16;

export class Network {
  readonly #control: Emulator["control"];
  readonly #fates: readonly Fate[];
  readonly #chance: () => number;
  /** How often each has still to arrive. */
  readonly #arrivals = new Map<string, number>();
  /** Each that often. */
  readonly #onTheWay: string[] = [];

  /** From now on it keeps every callback until it is told to deliver. */
  constructor(control: Emulator["control"], seed: number, fates: readonly Fate[]) {
    this.#control = control;
    this.#fates = fates;
    this.#chance = randomFrom(seed);
    control.holdStatusCallbacks(true);
  }

  /** Some of what is on its way arrives, in an order that has nothing to do with the one in which it was sent. */
  async deliverSome(): Promise<void> {
    this.#take();
    const count = Math.min(this.#onTheWay.length, Math.floor(this.#chance() * (MOST_AT_ONCE + 1)));
    for (const id of Array.from({ length: count }, () => this.#next())) await this.#deliver(id);
  }

  /** Until nothing is on its way any more. */
  async deliverTheRest(): Promise<void> {
    this.#take();
    while (this.#onTheWay.length > 0) {
      const ids = Array.from({ length: Math.min(this.#onTheWay.length, LAST_AT_ONCE) }, () => this.#next());
      await Promise.all(ids.map((id) => this.#deliver(id)));
    }
  }

  #take(): void {
    for (const { id } of this.#control.heldStatusCallbacks()) {
      if (this.#arrivals.has(id)) continue;
      const fate = this.#fates[this.#arrivals.size % this.#fates.length] ?? "delivered";
      this.#expect(id, ARRIVALS[fate]);
      for (let arrival = 0; arrival < ARRIVALS[fate]; arrival++) this.#onTheWay.push(id);
    }
  }

  /** One that does not arrive any more is forgotten: looking through all that ever were would take the most time. */
  #expect(id: string, arrivals: number): void {
    this.#arrivals.set(id, arrivals);
    if (arrivals === 0) this.#control.dropHeld([id]);
  }

  #next(): string {
    const [id = ""] = this.#onTheWay.splice(Math.floor(this.#chance() * this.#onTheWay.length), 1);
    return id;
  }

  async #deliver(id: string): Promise<void> {
    const delivering = this.#control.deliverHeld(id);
    this.#expect(id, (this.#arrivals.get(id) ?? 1) - 1);
    const attempts = await delivering;
    const status = attempts.at(-1)?.status;
    if (status !== 204) throw new Error(`A callback was answered ${status}`);
  }
}
