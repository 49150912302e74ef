// Status callbacks of calls and messages. Answers 204 once what the callback says is durable, and not before.
import { Hono } from "hono";
import { verifiedWebhook, type WebhookDeps, type WebhookEnv } from "../accounts/verified-webhook.ts";
import type { Clock } from "../base/clock.ts";
import { AppError } from "../base/errors.ts";
import type { Recorder } from "../traffic/traffic-report.ts";
import { WEBHOOK_PATHS } from "../twilio/webhook-urls.ts";
import { readCallback } from "./callback.ts";

export interface StatusDeps extends WebhookDeps {
  readonly clock: Clock;
  readonly recorder: Recorder;
}

export function statusRoutes(deps: StatusDeps): Hono<WebhookEnv> {
  return new Hono<WebhookEnv>().post(WEBHOOK_PATHS.status, verifiedWebhook(deps), async (c) => {
    const callback = readCallback(c.get("params"), deps.clock.now(), c.req.query("sentAt"));
    if (!callback) {
      throw new AppError("invalid_input", {
        detail: "A status callback names a call or a message by its SID, and its status.",
      });
    }
    if (c.get("isProbe")) return c.body(null, 204);
    const { sid, status } = callback.event;
    // Kept in its event, so that it can be looked at; what it means has to be taught to us.
    if (callback.report.statusOrder === 0) deps.metrics.unknownStatuses.inc({ kind: callback.report.kind });
    const { isNewEvent } = await deps.recorder.record(callback);
    c.set("logged", { event: "callback.stored", facts: { sid, status, isNew: isNewEvent } });
    return c.body(null, 204);
  });
}
