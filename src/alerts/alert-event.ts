// What an alert webhook is told. https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#payload-structure
import type { Alert } from "./alert.ts";
import { type AlertView, alertView } from "./views.ts";

/** One message to an alert webhook. It is written once and sent until it is taken, the same each time. */
export interface AlertEvent {
  /** The alert's id and what became of it: the receiver knows by it what it has already. */
  readonly id: string;
  readonly orgId: string;
  readonly body: string;
}

type AlertEventType = "alert.opened" | "alert.resolved";

interface AlertEventBody {
  readonly type: AlertEventType;
  /** When it happened, not when it is sent. */
  readonly timestamp: string;
  readonly data: AlertView;
}

export function alertEvent(type: AlertEventType, alert: Alert, at: Date): AlertEvent {
  const body: AlertEventBody = { type, timestamp: at.toISOString(), data: alertView(alert) };
  // No full stop, which separates the parts of what is signed.
  const id = `${alert.id}:${type === "alert.opened" ? "opened" : "resolved"}`;
  return { id, orgId: alert.orgId, body: JSON.stringify(body) };
}
