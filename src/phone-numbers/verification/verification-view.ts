// How a verification looks from outside.
import { z } from "@hono/zod-openapi";
import type { MessageStatus, StatusRoute } from "../../twilio/message-status.ts";
import { type EffectiveRoute, VERDICTS, WARNING_KINDS } from "../../twilio/verdict.ts";
import type { ResourceConfig } from "../../twilio/webhook-config.ts";
import { changeSchema } from "../views.ts";
import type { Verification } from "./verification-service.ts";

const url = z.string().nullable().meta({ description: "null is unset" });

const judged = {
  verdict: z.enum(VERDICTS),
  url: z.string().meta({ description: "What Twilio calls; empty where it calls nothing that is known" }),
  decidedBy: z.object({ field: z.string(), sid: z.string() }).nullable(),
  reason: z.string(),
  fix: z.array(changeSchema).meta({
    description: "What has to be written so that the verdict becomes `ours`; `fixRequest` writes it",
  }),
};

const routeSchema = z
  .object({
    ...judged,
    warnings: z
      .array(z.object({ kind: z.enum(WARNING_KINDS), reason: z.string() }))
      .meta({ description: "What may make it otherwise than the verdict says" }),
  })
  .meta({ id: "EffectiveRoute", description: "Who really answers, and what decides it" });

const coverageSchema = z
  .object({
    direct: z.object(judged).meta({ description: "Sent from the number or its WhatsApp sender" }),
    throughService: z
      .object(judged)
      .nullable()
      .meta({ description: "Sent through the Messaging Service that holds it; null where none does" }),
  })
  .meta({
    id: "StatusCoverage",
    description: "Who hears what becomes of messages that name no status callback; ours name one",
  });

export const verificationSchema = z
  .object({
    phoneNumber: z.string().meta({ description: "E.164" }),
    configured: z.boolean().meta({
      description: "Assigned, and it is known that Twilio reaches the agent on every managed channel",
    }),
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
    messageStatus: z.object({ sms: coverageSchema, whatsapp: coverageSchema }),
    differences: z.array(changeSchema),
    fixRequest: z
      .object({
        method: z.literal("POST"),
        path: z.string(),
        body: z.record(z.string(), z.union([z.string(), z.boolean()])),
      })
      .nullable()
      .meta({
        description: "The request that puts the number right; null where nothing differs or none would do",
      }),
    errors: z.array(z.string()).meta({ description: "What could not be read, and why" }),
  })
  .meta({ id: "Verification" });

export function verificationView(verification: Verification): z.infer<typeof verificationSchema> {
  const { phoneNumber, configured, observed, effective, differences, errors } = verification;
  const { fields } = observed.number;
  const sender = observed.sender.known ? observed.sender.value : undefined;
  const { messageStatus, fixRequest } = verification;
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
    messageStatus: { sms: coverageView(messageStatus.sms), whatsapp: coverageView(messageStatus.whatsapp) },
    differences: differences.map((change) => ({ ...change })),
    fixRequest: fixRequest ? { ...fixRequest, body: { ...fixRequest.body } } : null,
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

function routeView(route: EffectiveRoute) {
  return { ...judgedView(route), warnings: route.warnings.map((warning) => ({ ...warning })) };
}

function coverageView({ direct, throughService }: MessageStatus["sms"]) {
  return {
    direct: judgedView(direct),
    throughService: throughService ? judgedView(throughService) : null,
  };
}

function judgedView({ verdict, url: calledUrl, decidedBy, reason, fix }: EffectiveRoute | StatusRoute) {
  const changes = fix.map((change) => ({ ...change }));
  return { verdict, url: calledUrl, decidedBy: decidedBy ?? null, reason, fix: changes };
}
