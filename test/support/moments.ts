// Stops what is under way at one of its moments, so that a test decides what meets, and where.
import type { OperationStep } from "../../src/phone-numbers/operations/operation-deps.ts";

/** A step of an operation, or the moment between two attempts at a request to Twilio. */
export type Moment = OperationStep | "asking Twilio again";

export interface Pause {
  readonly reached: Promise<void>;
  resume(): void;
}

/** What was planned for a moment happens to the first operation that comes to it, and only to that one. */
export class Moments {
  #planned: { readonly moment: Moment; readonly act: () => Promise<void> }[] = [];
  #pauses: Pause[] = [];

  /** To be called at every moment. */
  readonly reach = async (moment: Moment): Promise<void> => {
    const due = this.#planned.find((plan) => plan.moment === moment);
    this.#planned = this.#planned.filter((plan) => plan !== due);
    await due?.act();
  };

  /** Does something at a moment; the operation waits for its end. */
  at(moment: Moment, act: () => void | Promise<void>): void {
    this.#planned.push({ moment, act: async () => act() });
  }

  pauseAt(moment: Moment): Pause {
    const [reached, resumed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const act = () => {
      reached.resolve();
      return resumed.promise;
    };
    this.#planned.push({ moment, act });
    const pause = { reached: reached.promise, resume: resumed.resolve };
    this.#pauses.push(pause);
    return pause;
  }

  dieAt(moment: Moment): void {
    this.#planned.push({ moment, act: () => Promise.reject(new Error("The process ended.")) });
  }

  /** Forgets what is planned, and lets go on what still waits. */
  clear(): void {
    for (const pause of this.#pauses) pause.resume();
    [this.#planned, this.#pauses] = [[], []];
  }
}
