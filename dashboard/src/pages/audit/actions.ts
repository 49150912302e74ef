import type { paths } from "../../api/openapi.d.ts";

type Query = NonNullable<paths["/api/audit"]["get"]["parameters"]["query"]>;
export type Action = NonNullable<Query["action"]>;

/** What can be in the log. The compiler knows which ones the API has, and says when one is missing here. */
const KNOWN: Record<Action, true> = {
  "agent.change": true,
  "agent.create": true,
  "agent.delete": true,
  "agent.webhook_secret.rotate": true,
  "agent.webhook_secret.show": true,
  "alert.acknowledge": true,
  "alert_webhook.delete": true,
  "alert_webhook.put": true,
  "alert_webhook.resend": true,
  "batch.apply": true,
  "batch.cancel": true,
  "batch.pause": true,
  "batch.resume": true,
  "batch.undo": true,
  "drift.end": true,
  "drift.open": true,
  "drift.set_policy": true,
  "phone_number.allocate": true,
  "phone_number.assign": true,
  "phone_number.configure": true,
  "phone_number.heal": true,
  "phone_number.import": true,
  "phone_number.take_back": true,
  "phone_number.unassign": true,
  "phone_number.undo": true,
  "twilio_account.connect": true,
  "twilio_account.disconnect": true,
  "twilio_account.reconnect": true,
  "usage.reconcile": true,
  "usage_rate.replace": true,
  "usage_sink.delete": true,
  "usage_sink.put": true,
  "usage_sink.resend": true,
};

export const ACTIONS = Object.keys(KNOWN).filter(isAction);

export function isAction(value: unknown): value is Action {
  return typeof value === "string" && Object.hasOwn(KNOWN, value);
}
