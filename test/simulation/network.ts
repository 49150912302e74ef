// The network between Twilio and us: which callbacks it loses, which it brings twice, and when.
import type { Emulator } from "../../emulator/index.ts";
import { randomFrom } from "./random.ts";

/** What becomes of a callback. */
export const FATES = ["delivered", "delivered", "twice", "lost"] as const;
export type Fate = (typeof FATES)[number];

const ARRIVALS: Record<Fate, number> = { delivered: 1, twice: 2, lost: 0 };
/** A few more than a call or a message has, so that most of them arrive while others are still being made. */
const MOST_AT_ONCE = 6;

export class Network {
  readonly #control: Emulator["control"];
  readonly #fates: readonly Fate[];
  readonly #chance: () => number;
  readonly #seen = new Set<string>();
  /** Each as often as it is still to arrive. */
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
    for (this.#take(); this.#onTheWay.length > 0; this.#take()) await this.#deliver(this.#next());
  }

  #take(): void {
    for (const { id } of this.#control.heldStatusCallbacks()) {
      if (this.#seen.has(id)) continue;
      this.#seen.add(id);
      const fate = this.#fates[this.#seen.size % this.#fates.length] ?? "delivered";
      for (let arrival = 0; arrival < ARRIVALS[fate]; arrival++) this.#onTheWay.push(id);
    }
  }

  #next(): string {
    const [id = ""] = this.#onTheWay.splice(Math.floor(this.#chance() * this.#onTheWay.length), 1);
    return id;
  }

  async #deliver(id: string): Promise<void> {
    const attempts = await this.#control.deliverHeld(id);
    const status = attempts.at(-1)?.status;
    if (status !== 204) throw new Error(`A callback was answered ${status}`);
  }
}
