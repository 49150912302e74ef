// Callbacks get lost: Twilio does not repeat them for ever, and we may have been down. Its own records of the calls and
// messages tell what became of each, and are reported like any callback (traffic/), so that one rule decides what they
// change: reading them twice changes nothing. Never writes to Twilio, and never to the ledger by itself.
import type { TwilioClient } from "../../twilio/client.ts";
import { reconcileCalls } from "./calls.ts";
import { type Counts, plus } from "./counts.ts";
import { reconcileMessages } from "./messages.ts";
import type { ReconciliationDeps, Scope } from "./scope.ts";
import type { Window } from "./window.ts";

/**
 * Reads the calls and messages of one account in a window, and records what is missing or different. What was recorded
 * before a failure stays.
 *
 * @param until when to stop asking for more
 * @throws TwilioError
 */
export async function reconcileWindow(
  deps: ReconciliationDeps,
  client: TwilioClient,
  window: Window,
  until: Date,
): Promise<Counts> {
  const { clock, log } = deps;
  const { accountSid } = client;
  const startedAt = clock.now();
  const scope: Scope = { deps, client, accountSid, window, limits: { clock, until } };
  // Both at once, so that many calls do not keep the messages waiting until the time is over.
  const [calls, messages] = await Promise.allSettled([reconcileCalls(scope), reconcileMessages(scope)]);
  const counts = plus(settled(calls), settled(messages));
  const durationMs = clock.now().getTime() - startedAt.getTime();
  log[counts.isComplete ? "info" : "warn"](
    { accountSid, ...window, ...counts, durationMs },
    "reconciliation.window",
  );
  return counts;
}

function settled<T>(result: PromiseSettledResult<T>): T {
  if (result.status === "rejected") throw result.reason;
  return result.value;
}
