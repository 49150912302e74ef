import type { AlertResource } from "../resources.ts";
import { missing, ok, pathParam, type RestContext, type Route } from "./context.ts";
import { metaEnvelope, readPage } from "./paging.ts";

export const alertRoutes: readonly Route[] = [
  { method: "GET", pattern: "/v1/Alerts", handler: listAlerts },
  { method: "GET", pattern: "/v1/Alerts/:sid", handler: fetchAlert },
];

function present(context: RestContext, alert: AlertResource) {
  return { ...alert, url: `${context.instance.origin}/v1/Alerts/${alert.sid}` };
}

function listAlerts(context: RestContext) {
  const { query } = context.request;
  const level = query.get("LogLevel");
  const startMs = Date.parse(query.get("StartDate") ?? "1970-01-01");
  const endMs = Date.parse(query.get("EndDate") ?? "9999-12-31");
  const isWanted = (alert: AlertResource) => {
    const atMs = Date.parse(alert.date_generated);
    const hasLevel = level === null || alert.log_level === level;
    return alert.account_sid === context.account.sid && hasLevel && atMs >= startMs && atMs <= endMs;
  };
  const page = readPage(context, context.instance.state.alerts, isWanted, { isMoving: true });
  return ok(metaEnvelope(context, "alerts", page, (alert) => present(context, alert)));
}

function fetchAlert(context: RestContext) {
  const alert = context.instance.state.alerts.get(pathParam(context, "sid"));
  if (alert?.account_sid !== context.account.sid) throw missing(context);
  return ok(present(context, alert));
}
