// Pure: the traffic of the last hours, summed up for somebody who takes a look.
import { addMs } from "../base/clock.ts";
import { HOUR_MS } from "../base/durations.ts";
import type { HourCount } from "./traffic-count-store.ts";

export interface TrafficHour {
  readonly hour: Date;
  readonly calls: number;
  readonly messages: number;
}

export interface Delivery {
  readonly delivered: number;
  readonly failed: number;
  /** On their way, or of a kind that nobody reports of. */
  readonly pending: number;
}

/** One entry an hour, also where there was nothing; the last is the current hour. */
export function hoursOf(counts: readonly HourCount[], now: Date, hours: number): readonly TrafficHour[] {
  const current = Math.floor(now.getTime() / HOUR_MS) * HOUR_MS;
  return Array.from({ length: hours }, (_, index) => {
    const hour = addMs(new Date(current), (index + 1 - hours) * HOUR_MS);
    const inHour = counts.filter((count) => count.hour.getTime() === hour.getTime());
    return { hour, calls: sumOf(inHour, "call"), messages: sumOf(inHour, "message") };
  });
}

const DELIVERED = ["delivered", "read"];
const FAILED = ["undelivered", "failed"];

/** What became of the messages that were sent. */
export function deliveryOf(counts: readonly HourCount[]): Delivery {
  const sent = counts.filter(({ kind, direction }) => kind === "message" && direction === "outbound");
  const delivered = sumOf(sent.filter(({ status }) => DELIVERED.includes(status)));
  const failed = sumOf(sent.filter(({ status }) => FAILED.includes(status)));
  return { delivered, failed, pending: sumOf(sent) - delivered - failed };
}

export function sumOf(counts: readonly HourCount[], kind?: HourCount["kind"]): number {
  const wanted = kind === undefined ? counts : counts.filter((count) => count.kind === kind);
  return wanted.reduce((sum, { count }) => sum + count, 0);
}
