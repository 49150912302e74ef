import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { type ApiEnv, createApi, jsonBody, responses } from "../auth/api.ts";
import type { ResourceConfig } from "../twilio/webhook-config.ts";
import { phoneNumberIdSchema } from "./phone-number.ts";
import { type AssignmentDeps, configurePhoneNumber } from "./phone-number-service.ts";
import { type Verification, verifyPhoneNumber } from "./verification-service.ts";
import {
  changeSchema,
  operationRefSchema,
  operationRefView,
  phoneNumberSchema,
  phoneNumberView,
} from "./views.ts";

const url = z.string().nullable().meta({ description: "null is unset" });

const routeSchema = z
  .object({
    verdict: z.enum(["ours", "ours_stale", "other_deployment", "foreign", "shadowed", "nobody", "unknown"]),
    url: z.string(),
    decidedBy: z.object({ field: z.string(), sid: z.string() }).nullable(),
    reason: z.string(),
  })
  .meta({ id: "EffectiveRoute", description: "Who really answers, and what decides it" });

const verificationSchema = z
  .object({
    phoneNumber: z.string().meta({ description: "E.164" }),
    configured: z
      .boolean()
      .meta({ description: "Assigned, and Twilio reaches the agent on every managed channel" }),
    webhooks: z.object({
      voiceUrl: url,
      voiceFallbackUrl: url,
      smsUrl: url,
      smsFallbackUrl: url,
      statusCallbackUrl: url,
      whatsApp: z
        .object({
          senderSid: z.string(),
          status: z.string(),
          callbackUrl: url,
          fallbackUrl: url,
          statusCallbackUrl: url,
        })
        .nullable(),
    }),
    effective: z.object({ voice: routeSchema, sms: routeSchema, whatsapp: routeSchema }),
    differences: z.array(changeSchema),
    errors: z.array(z.string()).meta({ description: "What could not be read, and why" }),
  })
  .meta({ id: "Verification" });

const verify = createRoute({
  method: "get",
  path: "/api/phone-numbers/webhooks",
  tags: ["Assignment"],
  summary: "Verify: what is really in Twilio, now",
  request: { query: z.object({ phoneNumberId: phoneNumberIdSchema }) },
  responses: responses(200, verificationSchema, "What was found"),
});

const configure = createRoute({
  method: "post",
  path: "/api/phone-numbers/webhooks",
  tags: ["Assignment"],
  summary: "Configure one assigned number again",
  request: jsonBody(z.strictObject({ phoneNumberId: phoneNumberIdSchema })),
  responses: responses(
    200,
    z.object({
      success: z.literal(true),
      phoneNumber: phoneNumberSchema,
      operation: operationRefSchema,
      message: z.string(),
    }),
    "Configured, and verified in Twilio",
  ),
});

export function webhookRoutes(deps: AssignmentDeps): OpenAPIHono<ApiEnv> {
  return createApi()
    .openapi(verify, async (c) => {
      const verification = await verifyPhoneNumber(deps, c.var.actor, c.req.valid("query").phoneNumberId);
      return c.json(verificationView(verification), 200);
    })
    .openapi(configure, async (c) => {
      const { actor } = c.var;
      const { operation, phoneNumber } = await configurePhoneNumber(
        deps,
        actor,
        c.req.valid("json").phoneNumberId,
      );
      const ref = operationRefView(operation);
      const view = phoneNumberView(phoneNumber, actor.orgId);
      const { length } = ref.changes;
      const message = length === 0 ? "Nothing had to be changed." : `${length} fields were written.`;
      return c.json({ success: true as const, phoneNumber: view, operation: ref, message }, 200);
    });
}

function verificationView(verification: Verification): z.infer<typeof verificationSchema> {
  const { phoneNumber, configured, observed, effective, differences, errors } = verification;
  const { fields } = observed.number;
  const sender = observed.sender.known ? observed.sender.value : undefined;
  return {
    phoneNumber: phoneNumber.e164,
    configured,
    webhooks: {
      voiceUrl: fields.voiceUrl || null,
      voiceFallbackUrl: fields.voiceFallbackUrl || null,
      smsUrl: fields.smsUrl || null,
      smsFallbackUrl: fields.smsFallbackUrl || null,
      statusCallbackUrl: fields.statusCallback || null,
      whatsApp: sender ? senderView(sender.config, sender.status) : null,
    },
    effective: {
      voice: routeView(effective.voice),
      sms: routeView(effective.sms),
      whatsapp: routeView(effective.whatsapp),
    },
    differences: differences.map((change) => ({ ...change })),
    errors: [...errors],
  };
}

function senderView({ sid, fields }: ResourceConfig, status: string) {
  return {
    senderSid: sid,
    status,
    callbackUrl: fields.callbackUrl || null,
    fallbackUrl: fields.fallbackUrl || null,
    statusCallbackUrl: fields.statusCallbackUrl || null,
  };
}

function routeView({ decidedBy, ...route }: Verification["effective"]["voice"]) {
  return { ...route, decidedBy: decidedBy ?? null };
}
