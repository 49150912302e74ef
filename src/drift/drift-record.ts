// What is told when something begins or ends to differ: the audit log, and whoever was alerted.
import type { Transaction } from "kysely";
import { appendAudit } from "../audit/audit-service.ts";
import { systemActor } from "../auth/actor.ts";
import type { Clock } from "../base/clock.ts";
import type { Tables } from "../db/tables.ts";
import type { PhoneNumber } from "../phone-numbers/phone-number.ts";
import type { Drift, EndReason, NewDrift } from "./drift.ts";
import { clearDrift } from "./drift-alert.ts";
import { endDrifts } from "./drift-store.ts";

/** A transaction, and the time. */
export interface RecordDeps {
  readonly tx: Transaction<Tables>;
  readonly clock: Clock;
}

type Named = Pick<PhoneNumber, "id">;

export async function recordOpened({ tx, clock }: RecordDeps, { id }: Named, drift: NewDrift): Promise<void> {
  await appendAudit(tx, clock, systemActor(drift.orgId, "drift"), {
    action: "drift.open",
    target: { type: "phone_number", id },
    before: null,
    after: factsOf(drift),
    outcome: "committed",
  });
}

/** Ends drifts that have the same reason to end, and resolves their alerts. */
export async function recordEnded(
  { tx, clock }: RecordDeps,
  { id }: Named,
  drifts: readonly Drift[],
  reason: EndReason,
): Promise<void> {
  await endDrifts(
    tx,
    drifts.map((drift) => drift.id),
    reason,
    clock.now(),
  );
  for (const drift of drifts) {
    await clearDrift({ db: tx, clock }, drift);
    await appendAudit(tx, clock, systemActor(drift.orgId, "drift"), {
      action: "drift.end",
      target: { type: "phone_number", id },
      before: factsOf(drift),
      after: { reason },
      outcome: "committed",
    });
  }
}

function factsOf({ id, fieldClass, verdict, reason, fields }: NewDrift) {
  return { id, fieldClass, verdict: verdict ?? null, reason, fields: fields.map((field) => ({ ...field })) };
}
