import { createMiddleware } from "hono/factory";
import { routePath } from "hono/route";
import type { WebhookEnv } from "../accounts/verified-webhook.ts";
import type { Clock } from "../base/clock.ts";
import { newRequestId } from "../base/ids.ts";
import type { Logger } from "../base/log.ts";
import type { Metrics } from "../base/metrics.ts";

const ACCEPTED_REQUEST_ID = /^[A-Za-z0-9_-]{8,128}$/;

interface LogEnv {
  Variables: { requestId: string } & Pick<WebhookEnv["Variables"], "logged">;
}

/**
 * Gives each request an id (the caller's own if it is a sane one), and leaves one log line and one measurement of it. The
 * line is named after what has happened where the handler says so, which tells more than the route and the status.
 */
export function requestLog(deps: { readonly clock: Clock; readonly log: Logger; readonly metrics: Metrics }) {
  return createMiddleware<LogEnv>(async (c, next) => {
    const given = c.req.header("x-request-id") ?? "";
    const requestId = ACCEPTED_REQUEST_ID.test(given) ? given : newRequestId();
    c.set("requestId", requestId);
    const startedAt = deps.clock.now().getTime();
    await next();
    c.res.headers.set("x-request-id", requestId);
    const durationMs = deps.clock.now().getTime() - startedAt;
    const { method } = c.req;
    const { status } = c.res;
    // The pattern of what has answered, not the path: ids would make a time series each.
    const route = routePath(c);
    deps.metrics.httpSeconds.observe({ method, route, status }, durationMs / 1_000);
    const logged = c.get("logged");
    if (logged) deps.log.info({ requestId, durationMs, ...logged.facts }, logged.event);
    else deps.log.info({ requestId, method, route, status, durationMs }, "http.request");
  });
}
