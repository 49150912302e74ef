// What an alert webhook is told. https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#payload-structure
import { newId } from "../base/ids.ts";
import type { Alert } from "./alert.ts";
import { type AlertView, alertView } from "./views.ts";

/** One message to an alert webhook. It is written once and sent until it is taken, the same each time. */
export interface AlertEvent {
  /** The receiver knows by it what it has already. */
  readonly id: string;
  readonly orgId: string;
  readonly alertId: string;
  readonly body: string;
}

export type AlertEventType = "alert.opened" | "alert.resolved";

export interface AlertEventBody {
  readonly type: AlertEventType;
  /** When it happened, not when it is sent. */
  readonly timestamp: string;
  readonly data: AlertView;
}

export function alertEvent(type: AlertEventType, alert: Alert, at: Date): AlertEvent {
  const body: AlertEventBody = { type, timestamp: at.toISOString(), data: alertView(alert) };
  return { id: newId("evt"), orgId: alert.orgId, alertId: alert.id, body: JSON.stringify(body) };
}
