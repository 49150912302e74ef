// Status callbacks of calls and messages. Answers 204 once the event is durable, and not before.
import { Hono } from "hono";
import {
  text,
  verifiedWebhook,
  type WebhookDeps,
  type WebhookEnv,
  type WebhookParams,
} from "../accounts/verified-webhook.ts";
import type { Clock } from "../base/clock.ts";
import { AppError } from "../base/errors.ts";
import type { Db } from "../db/connect.ts";
import { WEBHOOK_PATHS } from "../twilio/webhook-urls.ts";
import { insertStatusEvent, type StatusEvent } from "./status-store.ts";

export interface StatusDeps extends WebhookDeps {
  readonly db: Db;
  readonly clock: Clock;
}

export function statusRoutes(deps: StatusDeps): Hono<WebhookEnv> {
  return new Hono<WebhookEnv>().post(WEBHOOK_PATHS.status, verifiedWebhook(deps), async (c) => {
    const event = statusEvent(c.var.params, deps.clock.now());
    const isNew = await insertStatusEvent(deps.db, event);
    deps.log.info({ sid: event.sid, status: event.status, isNew }, "callback.stored");
    return c.body(null, 204);
  });
}

/** @throws AppError `invalid_input` for a callback about neither a call nor a message */
function statusEvent(params: WebhookParams, receivedAt: Date): StatusEvent {
  const sid = text(params.CallSid) || text(params.MessageSid) || text(params.SmsSid);
  const status = text(params.CallStatus) || text(params.MessageStatus) || text(params.SmsStatus);
  if (sid === "" || status === "") {
    throw new AppError("invalid_input", {
      detail: "A status callback names a call or a message, and its status.",
    });
  }
  const discriminator = text(params.SequenceNumber) || text(params.EventType);
  return {
    accountSid: text(params.AccountSid),
    sid,
    status,
    discriminator,
    params: { ...params },
    receivedAt,
  };
}
