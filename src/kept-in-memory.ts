// What answers Twilio while the database is down: copies of it in memory, and the gauges that tell how they are.
import { systemClock } from "./base/clock.ts";
import { addGauge } from "./base/metrics.ts";
import type { Database } from "./db/connect.ts";
import { keepFresh } from "./db/memory-copy.ts";
import type { RootDeps } from "./library-api.ts";
import type { KnownUrls } from "./public-urls/known-urls.ts";

/** Loads them, and follows every change of what they are copies of. */
export async function keepInMemory(database: Database, deps: RootDeps, knownUrls: KnownUrls): Promise<void> {
  const { log, metrics, signingKeys, routingTable } = deps;
  addGauge(metrics, {
    name: "switchhook_change_feed_listening",
    help: "Whether this node hears of changes: 1, or 0 while it may miss some",
    read: () => Number(database.changes.isListening),
  });
  addGauge(metrics, {
    name: "switchhook_routes",
    help: "Numbers that this node answers from memory",
    read: () => routingTable.numberCount,
  });
  for (const copy of [signingKeys, routingTable, knownUrls]) {
    // In real time, whatever the clock: it waits for the database, which nobody simulates.
    await keepFresh({ clock: systemClock, log }, database.changes, copy);
  }
}
