import type { Instance } from "./instance.ts";
import { settled } from "./senders.ts";
import type { Snapshot } from "./types.ts";

/** A deep copy of every resource; a write that changed nothing leaves it equal, so date_updated is left out. */
export function takeSnapshot(instance: Instance): Snapshot {
  const { state } = instance;
  return {
    accounts: copies(state.accounts.all()),
    apiKeys: copies(state.apiKeys.all()),
    numbers: copies(state.numbers.all()),
    applications: copies(state.applications.all()),
    services: copies(state.services.all()),
    members: copies(state.members.all()),
    senders: copies(state.senders.all().map((sender) => settled(instance, sender))),
    addresses: copies(state.addresses.all()),
    regions: sorted(state.regions),
    trunks: sorted(state.trunks),
    calls: copies(state.calls.all()),
    messages: copies(state.messages.all()),
    optOuts: [...state.optOuts].toSorted(),
    alerts: copies(state.alerts.all()),
  };
}

const VOLATILE = new Set(["date_updated", "updatingUntilMs"]);

function copies(resources: readonly object[]): object[] {
  return resources.map((resource) => {
    const lasting = Object.entries(resource).filter(([field]) => !VOLATILE.has(field));
    return copy(Object.fromEntries(lasting));
  });
}

// Most resources are flat, and a benchmark has 100,000s of them.
function copy(resource: Record<string, unknown>): object {
  const isFlat = Object.values(resource).every((value) => typeof value !== "object" || value === null);
  return isFlat ? resource : structuredClone(resource);
}

function sorted(entries: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries([...entries].toSorted(([a], [b]) => a.localeCompare(b)));
}
