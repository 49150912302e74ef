import { z } from "zod";
import { callableSchema, e164Schema } from "../base/callable.ts";
import { phoneNumberIdSchema } from "../phone-numbers/phone-number.ts";
import { MACHINE_DETECTIONS } from "./twilio-calls.ts";

export const sendSchema = z
  .strictObject({
    phoneNumberId: phoneNumberIdSchema,
    to: e164Schema,
    text: z.string().regex(/\S/, "Not blank").max(1_600).optional(),
    mediaUrls: z
      .array(z.url({ protocol: /^https$/, error: "A URL that begins with https://" }).max(2_000))
      .max(10)
      .optional(),
    channel: z.enum(["sms", "whatsapp"]).default("sms"),
  })
  .refine(({ text, mediaUrls = [] }) => text !== undefined || mediaUrls.length > 0, {
    path: ["text"],
    message: "Give text, mediaUrls, or both",
  })
  .refine(({ mediaUrls = [], channel }) => channel !== "whatsapp" || mediaUrls.length <= 1, {
    path: ["mediaUrls"],
    message: "On WhatsApp one a message: Twilio ignores any more. Send the others in messages of their own",
  })
  .meta({ id: "SendMessage" });

export const placeCallSchema = z
  .strictObject({
    phoneNumberId: phoneNumberIdSchema,
    to: callableSchema,
    timeoutSeconds: z.int().min(1).max(600).optional().meta({ description: "How long it may ring" }),
    machineDetection: z
      .enum(MACHINE_DETECTIONS)
      .optional()
      .meta({
        description:
          "Twilio listens who has picked up, for which it charges, before the agent speaks; answeredBy says what it " +
          "heard. Enable: as soon as that is known. DetectMessageEnd: with an answering machine, once its greeting is over.",
      }),
  })
  .meta({ id: "PlaceCall" });
