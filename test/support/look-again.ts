import { setTimeout as delay } from "node:timers/promises";

const PAUSE_MS = 5;

/**
 * Resolves as soon as it is so, where nothing tells of it; the test's own timeout ends that. The pauses leave the processor
 * to what is waited for.
 */
export async function untilSo(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause();
}

/** Before somebody is asked again. */
export const pause = () => delay(PAUSE_MS);
