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

const LATEST_MS = Date.UTC(9999, 11, 31);

/** Whether both databases understand a time; they do not agree about years of other than four digits. */
export function isComparable(time: Date): boolean {
  // Not a time at all compares with nothing.
  return time.getTime() >= 0 && time.getTime() <= LATEST_MS;
}

export function addMs(date: Date, ms: number): Date {
  return new Date(date.getTime() + ms);
}
