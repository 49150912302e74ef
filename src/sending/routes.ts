import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { type ApiEnv, createApi, jsonBody, responses } from "../auth/api.ts";
import { callableSchema, e164Schema } from "../base/callable.ts";
import { phoneNumberIdSchema } from "../phone-numbers/phone-number.ts";
import { callSchema, callView, messageSchema, messageView } from "../traffic/views.ts";
import { placeCall } from "./call-service.ts";
import { sendMessage } from "./message-service.ts";
import type { RequestedSendingDeps } from "./sending-deps.ts";

const tags = ["Calls and messages"];

const sendSchema = z
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
  .meta({ id: "SendMessage" });

const callRequestSchema = z
  .strictObject({
    phoneNumberId: phoneNumberIdSchema,
    to: callableSchema,
    timeoutSeconds: z.int().min(1).max(600).optional().meta({ description: "How long it may ring" }),
  })
  .meta({ id: "PlaceCall" });

const send = createRoute({
  method: "post",
  path: "/api/messages",
  tags,
  summary: "Send a message as an agent's number",
  request: jsonBody(sendSchema),
  responses: responses(201, messageSchema, "Twilio has taken the message"),
});
const call = createRoute({
  method: "post",
  path: "/api/calls",
  tags,
  summary: "Place a call from an agent's number; the agent answers it",
  request: jsonBody(callRequestSchema),
  responses: responses(201, callSchema, "Twilio has taken the call"),
});

export function sendingRoutes(deps: RequestedSendingDeps): OpenAPIHono<ApiEnv> {
  return createApi()
    .openapi(send, async (c) => {
      const { actor, unfinishedSince } = c.var;
      const message = await sendMessage(deps, actor, c.req.valid("json"), unfinishedSince);
      return c.json(messageView(message), 201);
    })
    .openapi(call, async (c) => {
      const { actor, unfinishedSince } = c.var;
      return c.json(callView(await placeCall(deps, actor, c.req.valid("json"), unfinishedSince)), 201);
    });
}
