import { type Json, jsonHash } from "../base/json.ts";

export type AuditOutcome = "committed" | "rolled_back" | "refused" | "needs_attention";

/** What happened, as the one who records it says it. */
export interface AuditEvent {
  /** What was done to what, such as `phone_number.assign`. */
  readonly action: string;
  readonly target: { readonly type: string; readonly id: string };
  readonly before: Json;
  readonly after: Json;
  readonly outcome: AuditOutcome;
}

/** One link of an organization's chain. */
export interface AuditEntry extends AuditEvent {
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
