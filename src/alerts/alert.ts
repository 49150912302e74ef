import type { Json } from "../base/json.ts";

/** What an alert is about. Whoever raises alerts of a new kind names it here and in docs/alerts.md. */
export const ALERT_KINDS = [
  "agent_failing",
  "drift",
  "drift_fight",
  "events_refused",
  "needs_attention",
  "reply_loop",
  "sweep_failed",
  "twilio_alert",
  "twilio_alerts_unreadable",
] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

/**
 * - `info`: nobody is worse off; somebody may want to know
 * - `warning`: calls or messages may be lost, or answered by somebody else
 * - `error`: they are, or a person has to decide
 */
export const SEVERITIES = ["info", "warning", "error"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** For programs; never a secret, and nothing that the organization may not see. */
export type AlertFacts = Readonly<Record<string, Json>>;

/** Something that a person of one organization should know, from when it began until it was over. */
export interface Alert {
  readonly id: string;
  readonly orgId: string;
  readonly kind: AlertKind;
  /** Names the cause: an organization has one open alert of a key at most. */
  readonly key: string;
  readonly severity: Severity;
  /** The number that it is about, as it is called now. */
  readonly phoneNumber: { readonly id: string; readonly e164: string } | undefined;
  readonly title: string;
  readonly detail: string;
  readonly facts: AlertFacts;
  readonly count: number;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  readonly resolvedAt: Date | undefined;
  readonly acknowledgedAt: Date | undefined;
  /** A user's id, or `key:…` for an API key. */
  readonly acknowledgedBy: string | undefined;
}
