import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { agentIdSchema } from "../agents/agent.ts";
import { messageAnswerSchema } from "../agents/message-answer.ts";
import { voiceAnswerSchema } from "../agents/voice-answer.ts";
import { type ApiEnv, createApi, jsonBody, responses } from "../api/api.ts";
import { type Preview, previewMessaging, previewVoice } from "./preview.ts";

const requestSchema = z
  .strictObject({
    id: agentIdSchema.default("agent_preview"),
    voice: voiceAnswerSchema.optional(),
    messaging: messageAnswerSchema.optional(),
  })
  .meta({ id: "PreviewAgent" });

const previewSchema = z
  .object({
    twiml: z.string().nullable().meta({ description: "null where the agent's endpoint writes it" }),
    fallbackTwiml: z
      .string()
      .nullable()
      .meta({ description: "When the agent cannot be reached; null where nothing can fail" }),
  })
  .meta({ id: "TwimlPreview" });

const preview = createRoute({
  method: "post",
  path: "/api/agents/preview",
  tags: ["Agents"],
  summary: "See the TwiML that an agent would answer with; nothing is stored, and no endpoint is asked",
  request: jsonBody(requestSchema),
  responses: responses(
    200,
    z.object({ voice: previewSchema.nullable(), messaging: previewSchema.nullable() }),
    "Of what was sent",
  ),
});

export function previewRoutes({ publicUrl }: { readonly publicUrl: string }): OpenAPIHono<ApiEnv> {
  return createApi().openapi(preview, (c) => {
    const { id: agentId, voice, messaging } = c.req.valid("json");
    const context = { publicUrl, agentId, phoneNumberId: "phone_preview" };
    return c.json(
      {
        voice: voice ? previewView(previewVoice(context, voice)) : null,
        messaging: messaging ? previewView(previewMessaging(context, messaging)) : null,
      },
      200,
    );
  });
}

function previewView({ twiml, fallbackTwiml }: Preview) {
  return { twiml: twiml ?? null, fallbackTwiml: fallbackTwiml ?? null };
}
