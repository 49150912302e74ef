import { setTimeout as delay } from "node:timers/promises";

/** Time as an argument, so that a simulation can own it. */
export interface Clock {
  now(): Date;
  /** Resolves after `ms` milliseconds; rejects when `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** A number in [0, 1), for jitter. */
  random(): number;
}

export const systemClock: Clock = {
  now: () => new Date(),
  sleep: (ms, signal) => delay(ms, undefined, { signal }),
  random: () => Math.random(),
};

export function addMs(date: Date, ms: number): Date {
  return new Date(date.getTime() + ms);
}
