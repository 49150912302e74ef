// Alerts without anything that is wrong: a cause is found, or found gone, when a test says so.
import { clearAlert, type RaiseAlert, raiseAlert } from "../../src/alerts/alert-service.ts";
import type { Tenant, UsageApp } from "../../src/usage/usage.testing.ts";

let causes = 0;

export interface Cause {
  readonly key: string;
  raise(changes?: Partial<RaiseAlert>): Promise<void>;
  clear(): Promise<void>;
}

/** Something that may go wrong for an organization, and nobody else's affair. */
export function newCause(app: UsageApp, { orgId }: Tenant): Cause {
  causes++;
  const key = `drift:${causes}`;
  const deps = { db: app.db, clock: app.clock };
  return {
    key,
    raise: (changes) =>
      raiseAlert(deps, {
        orgId,
        kind: "drift",
        key,
        severity: "warning",
        title: `Somebody changed ${key}`,
        detail: "Configure it again.",
        facts: { field: "voiceUrl" },
        ...changes,
      }),
    clear: () => clearAlert(deps, { orgId, key }),
  };
}
