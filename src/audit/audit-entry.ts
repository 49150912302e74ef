import { type Json, jsonHash } from "../base/json.ts";

export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];
export const AUDIT_OUTCOMES = ["committed", "rolled_back", "refused", "needs_attention"] as const;

export type AuditAction = (typeof AUDIT_ACTIONS)[number];
/** What can be done to what; one that was ever recorded stays in the list. */
export const AUDIT_ACTIONS = [
  "agent.change",
  "agent.create",
  "agent.delete",
  "agent.webhook_secret.rotate",
  "agent.webhook_secret.show",
  "alert.acknowledge",
  "alert_webhook.delete",
  "alert_webhook.put",
  "alert_webhook.resend",
  "batch.apply",
  "batch.cancel",
  "batch.pause",
  "batch.resume",
  "batch.undo",
  "drift.end",
  "drift.open",
  "drift.set_policy",
  "phone_number.allocate",
  "phone_number.assign",
  "phone_number.configure",
  "phone_number.heal",
  "phone_number.import",
  "phone_number.take_back",
  "phone_number.unassign",
  "phone_number.undo",
  "twilio_account.connect",
  "twilio_account.disconnect",
  "twilio_account.reconnect",
  "usage.reconcile",
  "usage_rate.replace",
  "usage_sink.delete",
  "usage_sink.put",
  "usage_sink.resend",
] as const;

/** What happened, as the one who records it says it. */
export interface AuditEvent {
  /** What was done to what. */
  readonly action: AuditAction;
  readonly target: { readonly type: string; readonly id: string };
  readonly before: Json;
  readonly after: Json;
  readonly outcome: AuditOutcome;
}

/** One link of an organization's chain. */
export interface AuditEntry extends Omit<AuditEvent, "action"> {
  /** As it was recorded, whoever recorded it. */
  readonly action: string;
  readonly orgId: string;
  readonly actor: { readonly userId: string; readonly role: string };
  readonly requestId: string;
  readonly id: string;
  /** 1, 2, 3 … without a gap, per organization. */
  readonly seq: number;
  /** ISO 8601, milliseconds, UTC. */
  readonly at: string;
  readonly prevHash: string;
  /** SHA-256 over everything else in the entry; so over the previous entry's hash, too. */
  readonly hash: string;
}

export function hashOf(entry: Omit<AuditEntry, "hash">): string {
  const { orgId, seq, id, at, actor, action, target, before, after, outcome, requestId, prevHash } = entry;
  return jsonHash({
    orgId,
    seq,
    id,
    at,
    actor: { userId: actor.userId, role: actor.role },
    action,
    target: { type: target.type, id: target.id },
    before,
    after,
    outcome,
    requestId,
    prevHash,
  });
}
