import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { type ApiEnv, createApi, jsonBody, responses, timestamp } from "../api/api.ts";
import { receiverFields, receiverView } from "../receivers/receiver.ts";
import type { ReceiverDeps } from "../receivers/receiver-service.ts";
import { putWebhookSchema } from "./webhook-request.ts";
import {
  type AlertWebhookState,
  putAlertWebhook,
  removeAlertWebhook,
  resendToWebhook,
  showAlertWebhook,
} from "./webhook-service.ts";

const success = z.literal(true);
const tags = ["Alerts"];
const path = "/api/alerts/webhook";

const webhookSchema = z
  .object({
    ...receiverFields,
    previousSignsUntil: timestamp
      .nullable()
      .meta({ description: "Until when the secret before the present one signs along" }),
  })
  .meta({ id: "AlertWebhook" });

const get = createRoute({
  method: "get",
  path,
  tags,
  summary: "Show where alerts go, and whether they arrive",
  responses: responses(200, z.object({ webhook: webhookSchema.nullable() }), "The webhook; null without one"),
});
const put = createRoute({
  method: "put",
  path,
  tags,
  summary: "Send alerts to an HTTP endpoint as they open and are resolved",
  description:
    "Within a minute or two and at least once, signed as Standard Webhooks says. Replaces an earlier webhook, and takes " +
    "over what that has not taken. The secret stays unless rotateSecret is true. Needs the role admin.",
  request: jsonBody(putWebhookSchema),
  responses: responses(
    200,
    z.object({
      success,
      secret: z
        .string()
        .nullable()
        .meta({ description: "What signs, if it is new: shown this once. null: the one before stays" }),
    }),
    "From now on",
  ),
});
const resend = createRoute({
  method: "post",
  path: `${path}/resend`,
  tags,
  summary: "Send what the webhook has refused for good once more",
  description:
    "With the next run, within a minute or two. What it refuses again is set aside again. Needs the role admin.",
  responses: responses(
    200,
    z.object({ success, events: z.int().meta({ description: "Events that wait again" }) }),
    "From now on",
  ),
});
const remove = createRoute({
  method: "delete",
  path,
  tags,
  summary: "Send alerts nowhere; they are still listed",
  responses: responses(
    200,
    z.object({ success, undelivered: z.int().meta({ description: "Events that were not taken" }) }),
    "From now on",
  ),
});

export function webhookRoutes(deps: ReceiverDeps): OpenAPIHono<ApiEnv> {
  return createApi()
    .openapi(get, async (c) => {
      const webhook = await showAlertWebhook(deps, c.var.actor);
      return c.json({ webhook: webhook ? webhookView(webhook) : null }, 200);
    })
    .openapi(put, async (c) => {
      const secret = await putAlertWebhook(deps, c.var.actor, c.req.valid("json"));
      c.header("Cache-Control", "no-store");
      return c.json({ success: true as const, secret: secret ?? null }, 200);
    })
    .openapi(resend, async (c) => {
      const events = await resendToWebhook(deps, c.var.actor);
      return c.json({ success: true as const, events }, 200);
    })
    .openapi(remove, async (c) => {
      const undelivered = await removeAlertWebhook(deps, c.var.actor);
      return c.json({ success: true as const, undelivered }, 200);
    });
}

function webhookView(webhook: AlertWebhookState): z.infer<typeof webhookSchema> {
  return {
    ...receiverView(webhook),
    previousSignsUntil: webhook.previousSignsUntil?.toISOString() ?? null,
  };
}
