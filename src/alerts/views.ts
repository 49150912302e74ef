import { z } from "@hono/zod-openapi";
import { timestamp } from "../api/api.ts";
import { ALERT_KINDS, type Alert, SEVERITIES } from "./alert.ts";

export const ALERT_STATES = ["open", "resolved"] as const;

export const alertSchema = z
  .object({
    id: z.string(),
    kind: z.enum(ALERT_KINDS),
    severity: z.enum(SEVERITIES),
    state: z.enum(ALERT_STATES),
    phoneNumber: z.object({ id: z.string(), phoneNumber: z.string() }).nullable(),
    title: z.string().meta({ description: "What happened" }),
    detail: z.string().meta({ description: "What it means, and what to do about it" }),
    facts: z.record(z.string(), z.unknown()).meta({ description: "For programs; see docs/alerts.md" }),
    count: z.int().meta({ description: "How often it was seen since it opened" }),
    firstSeenAt: timestamp,
    lastSeenAt: timestamp,
    resolvedAt: timestamp.nullable(),
    acknowledgedAt: timestamp.nullable(),
    acknowledgedBy: z.string().nullable(),
  })
  .meta({ id: "Alert" });

export type AlertView = z.infer<typeof alertSchema>;

export function alertView(alert: Alert): AlertView {
  const { id, kind, severity, phoneNumber, title, detail, facts, count } = alert;
  return {
    id,
    kind,
    severity,
    state: alert.resolvedAt ? "resolved" : "open",
    phoneNumber: phoneNumber ? { id: phoneNumber.id, phoneNumber: phoneNumber.e164 } : null,
    title,
    detail,
    facts: { ...facts },
    count,
    firstSeenAt: alert.firstSeenAt.toISOString(),
    lastSeenAt: alert.lastSeenAt.toISOString(),
    resolvedAt: alert.resolvedAt?.toISOString() ?? null,
    acknowledgedAt: alert.acknowledgedAt?.toISOString() ?? null,
    acknowledgedBy: alert.acknowledgedBy ?? null,
  };
}
