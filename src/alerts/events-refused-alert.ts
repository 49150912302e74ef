// The alert about events that a receiver of an organization's refused for good: open while any is set aside.
import type { Receiver, ReceiverKind, RefusedEvent } from "../receivers/receiver.ts";
import { type AlertDeps, clearAlert, raiseAlert } from "./alert-service.ts";
import { listOrgsWithoutRefused } from "./alert-store.ts";

const RECEIVERS = {
  usage_sink: { name: "usage sink", path: "/api/usage/sink", lost: "The meter is short of it" },
  alert_webhook: {
    name: "alert webhook",
    path: "/api/alerts/webhook",
    lost: "Nobody behind it has heard of it",
  },
} as const satisfies Record<ReceiverKind, object>;

/** With one run; the next one goes on. */
const MAX_CLEARED = 1_000;

export async function raiseEventsRefused(
  deps: AlertDeps,
  { kind, orgId }: Pick<Receiver, "kind" | "orgId">,
  { id, said }: RefusedEvent,
): Promise<void> {
  const { name, path, lost } = RECEIVERS[kind];
  await raiseAlert(deps, {
    orgId,
    kind: "events_refused",
    key: keyOf(kind),
    severity: "error",
    title: `The ${name} refuses an event for good`,
    detail:
      `${said} ${lost}: ${id} is set aside, and the others go on without it. GET ${path} shows what was refused; when the ` +
      `receiver takes it, POST ${path}/resend sends it again.`,
    facts: { receiver: kind, eventId: id, said },
  });
}

/** Resolves those of a kind whose cause is gone: everything was taken in the end, dropped with its receiver, or given up. */
export async function clearEventsRefused(deps: AlertDeps, kind: ReceiverKind): Promise<void> {
  const key = keyOf(kind);
  for (const orgId of await listOrgsWithoutRefused(deps.db, key, kind, MAX_CLEARED))
    await clearAlert(deps, { orgId, key });
}

function keyOf(kind: ReceiverKind): string {
  return `events_refused:${kind}`;
}
