// The days before those that every daily run reads: where runs failed or nothing ran, they are made up for one by one, the
// oldest first, and a run that ends in the middle goes on with the next.
import type { TwilioClient } from "../../twilio/client.ts";
import { daysAfter } from "../day.ts";
import { compareDays } from "./comparison.ts";
import { reconcileWindow } from "./reconciliation.ts";
import { savePosition } from "./reconciliation-store.ts";
import type { ReconciliationDeps } from "./scope.ts";
import { windowOfDays } from "./window.ts";

/** In one run; the next ones go on. */
const MAX_DAYS = 31;

/**
 * Reads as many of these days as one run may, and remembers each that was read whole. Reading one twice changes nothing.
 *
 * @returns whether all of them were
 * @throws TwilioError
 */
export async function catchUp(
  deps: ReconciliationDeps,
  client: TwilioClient,
  days: readonly string[],
  until: Date,
): Promise<boolean> {
  const read: string[] = [];
  for (const day of days.slice(0, MAX_DAYS)) {
    const window = windowOfDays({ from: day, to: day }, deps.clock.now());
    const { isComplete } = await reconcileWindow(deps, client, window, until);
    if (!isComplete) break;
    await savePosition(deps.db, client.accountSid, daysAfter(day, 1));
    read.push(day);
    if (deps.clock.now() >= until) break;
  }
  await compareRead(deps, client, read);
  return read.length === days.length;
}

async function compareRead(
  deps: ReconciliationDeps,
  client: TwilioClient,
  read: readonly string[],
): Promise<void> {
  const [from, to] = [read[0], read.at(-1)];
  if (from !== undefined && to !== undefined) await compareDays(deps, client, { from, to });
}
