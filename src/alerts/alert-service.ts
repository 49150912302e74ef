/**
 * Alerts are raised and cleared here, by whoever finds a cause or finds it gone. An alert is told of twice, when it opens
 * and when it is resolved; in between it only counts. Never speaks to anybody outside: alert-delivery.ts does.
 */
import { addMs, type Clock } from "../base/clock.ts";
import { newId } from "../base/ids.ts";
import type { Db } from "../db/connect.ts";
import { joinTransaction } from "../db/join-transaction.ts";
import type { AlertFacts, AlertKind, Severity } from "./alert.ts";
import { alertEvent } from "./alert-event.ts";
import { queueEvent } from "./alert-event-store.ts";
import { listOpenKeys, listQuietKeys, resolveOpenAlert, upsertOpenAlert } from "./alert-store.ts";

const MAX_QUIET = 1_000;

export interface AlertDeps {
  /** The transaction of the change that the alert is about, or the database: then the alert is one by itself. */
  readonly db: Db;
  readonly clock: Pick<Clock, "now">;
}

export interface RaiseAlert {
  /** Who is told: for a number, whoever holds it. */
  readonly orgId: string;
  readonly kind: AlertKind;
  /** Names the cause within the organization; begins with the kind, such as `drift:` and the number's uid. */
  readonly key: string;
  readonly severity: Severity;
  readonly phoneNumberUid?: string | undefined;
  /** What happened, in one line. */
  readonly title: string;
  /** What it means, and what to do about it. */
  readonly detail: string;
  readonly facts: AlertFacts;
  /** How often and when it was seen; once and now where left out. */
  readonly seen?: { readonly count: number; readonly firstAt: Date; readonly lastAt: Date } | undefined;
}

/** Opens an alert. One that is open for this key already counts up instead, and says what is said now. */
export async function raiseAlert({ db, clock }: AlertDeps, alert: RaiseAlert): Promise<void> {
  const now = clock.now();
  const { seen = { count: 1, firstAt: now, lastAt: now } } = alert;
  await joinTransaction(db, async (tx) => {
    const id = newId("alert");
    const open = await upsertOpenAlert(tx, { ...alert, id, seen });
    if (open.id === id) await queueEvent(tx, alertEvent("alert.opened", open, now), now);
  });
}

/** Resolves the alert of a cause that is gone; without an open one of this key nothing happens. */
export async function clearAlert(
  { db, clock }: AlertDeps,
  { orgId, key }: Pick<RaiseAlert, "orgId" | "key">,
): Promise<void> {
  const now = clock.now();
  await joinTransaction(db, async (tx) => {
    const resolved = await resolveOpenAlert(tx, { orgId, key }, now);
    if (resolved) await queueEvent(tx, alertEvent("alert.resolved", resolved, now), now);
  });
}

/** Resolves what an organization has open about a number that is no longer its affair. */
export async function clearAlertsOfNumber(
  deps: AlertDeps,
  { orgId, phoneNumberUid }: { readonly orgId: string; readonly phoneNumberUid: string },
): Promise<void> {
  for (const key of await listOpenKeys(deps.db, orgId, phoneNumberUid))
    await clearAlert(deps, { orgId, key });
}

/** Resolves alerts of causes that tell when they are there and never when they are gone: those not seen for long. */
export async function clearQuietAlerts(
  deps: AlertDeps,
  { keyPrefix, quietMs }: { readonly keyPrefix: string; readonly quietMs: number },
): Promise<void> {
  const lastSeenBefore = addMs(deps.clock.now(), -quietMs);
  for (const alert of await listQuietKeys(deps.db, { keyPrefix, lastSeenBefore, limit: MAX_QUIET })) {
    await clearAlert(deps, alert);
  }
}
