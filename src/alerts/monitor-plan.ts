// Pure: which alerts of ours come of Twilio's. One for each number and error code, for whoever held the number then; what
// no number can be told for is the affair of those who have connected the account.
import type { RaiseAlert } from "./alert-service.ts";
import type { MonitorAlert } from "./monitor-alert.ts";
import { monitorCause } from "./monitor-cause.ts";
import type { Holding } from "./monitor-numbers.ts";

export interface MonitorContext {
  /** By the SIDs of Twilio's alerts. */
  readonly holders: ReadonlyMap<string, Holding>;
  /** The organizations that have connected the account. */
  readonly operators: readonly string[];
  readonly isOurs: (alert: MonitorAlert) => boolean;
}

interface Told {
  readonly alert: MonitorAlert;
  readonly orgId: string;
  readonly phoneNumberUid: string | undefined;
}

/** In an order that is the same for everybody who raises the same, so that two of them cannot wait for each other. */
export function planAlerts(
  accountSid: string,
  alerts: readonly MonitorAlert[],
  context: MonitorContext,
): readonly RaiseAlert[] {
  const told = alerts.flatMap((alert) => whoIsTold(alert, context));
  const groups = Map.groupBy(told, ({ alert, orgId, phoneNumberUid }) =>
    [orgId, `twilio_alert:${accountSid}:${phoneNumberUid ?? "account"}:${alert.errorCode}`].join(" "),
  );
  return [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, group]) => summed(name.slice(name.lastIndexOf(" ") + 1), group, context));
}

function whoIsTold(alert: MonitorAlert, { holders, operators }: MonitorContext): readonly Told[] {
  const holder = holders.get(alert.sid);
  if (holder) return [{ alert, ...holder }];
  return operators.map((orgId) => ({ alert, orgId, phoneNumberUid: undefined }));
}

function summed(key: string, group: readonly Told[], { isOurs }: MonitorContext): readonly RaiseAlert[] {
  const inOrder = group.toSorted((a, b) => a.alert.generatedAt.getTime() - b.alert.generatedAt.getTime());
  const [first, last] = [inOrder.at(0), inOrder.at(-1)];
  if (!first || !last) return [];
  const { alert, orgId, phoneNumberUid } = last;
  return [
    {
      orgId,
      phoneNumberUid,
      kind: "twilio_alert",
      key,
      severity: alert.severity,
      ...monitorCause(alert.errorCode),
      facts: {
        twilioErrorCode: alert.errorCode,
        twilioAlertSid: alert.sid,
        resourceSid: alert.resourceSids[0] ?? null,
        // Another URL may be the operator's own affair, where the number was lent.
        ...(isOurs(alert) ? { url: alert.url, twilioText: alert.text } : {}),
      },
      seen: { count: group.length, firstAt: first.alert.generatedAt, lastAt: alert.generatedAt },
    },
  ];
}
