import { systemClock } from "../base/clock.ts";
import { within } from "../base/deadline.ts";

/** A sweep of 100,000 numbers takes some seconds more; the next one begins anew. */
const STOP_GRACE_MS = 10_000;

/** Sweeps that somebody has asked for, which may outlive the request: a node that stops waits for them. */
export class RequestedSweeps {
  readonly #running = new Set<Promise<unknown>>();

  /** @param sweeping whose failure is told elsewhere */
  follow(sweeping: Promise<unknown>): void {
    const ended = sweeping.catch(() => {}).finally(() => this.#running.delete(ended));
    this.#running.add(ended);
  }

  /** Resolves when all have ended, or have been given up. */
  async stop(): Promise<void> {
    // In real time, whatever the clock: it waits for Twilio and the database.
    await within(systemClock, STOP_GRACE_MS, Promise.all(this.#running));
  }
}
