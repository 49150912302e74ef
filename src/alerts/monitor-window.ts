// Pure: from when to when Twilio's alerts are read.
import { addMs } from "../base/clock.ts";
import { DAY_MS, MINUTE_MS } from "../base/durations.ts";

/** Twilio buffers: an alert may be listed some time after it was generated. */
const OVERLAP_MS = 15 * MINUTE_MS;
/** What happened longer ago is no news, and a list of it may be endless. */
export const MAX_LOOK_BACK_MS = DAY_MS;

export interface MonitorWindow {
  readonly from: Date;
  readonly to: Date;
}

/** @param readUntil how far the account was read; undefined at the first time, which does not tell of the past */
export function monitorWindow(readUntil: Date | undefined, now: Date): MonitorWindow {
  const resumesAt = addMs(readUntil ?? now, -OVERLAP_MS);
  const earliest = addMs(now, -MAX_LOOK_BACK_MS);
  return { from: new Date(Math.max(resumesAt.getTime(), earliest.getTime())), to: now };
}
