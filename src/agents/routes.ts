import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import {
  type ApiEnv,
  createApi,
  jsonBody,
  pageQuery,
  pageResponses,
  pageView,
  responses,
  timestamp,
} from "../api/api.ts";
import { type Agent, agentIdSchema, changeAgentSchema, createAgentSchema } from "./agent.ts";
import {
  type AgentDeps,
  changeAgent,
  createAgent,
  listAgentPage,
  removeAgent,
  requireAgent,
} from "./agent-service.ts";
import { messageAnswerSchema } from "./message-answer.ts";
import { voiceAnswerSchema } from "./voice-answer.ts";
import { rotateWebhookSecret, showWebhookSecret } from "./webhook-secret-service.ts";

const agentSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    voice: voiceAnswerSchema,
    messaging: messageAnswerSchema,
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: "Agent" });

const params = z.object({ id: agentIdSchema });
const tags = ["Agents"];

const list = createRoute({
  method: "get",
  path: "/api/agents",
  tags,
  summary: "List agents",
  request: { query: pageQuery },
  responses: pageResponses("agents", agentSchema),
});
const create = createRoute({
  method: "post",
  path: "/api/agents",
  tags,
  summary: "Create an agent",
  request: jsonBody(createAgentSchema),
  responses: responses(201, agentSchema, "Created"),
});
const get = createRoute({
  method: "get",
  path: "/api/agents/{id}",
  tags,
  summary: "Get an agent",
  request: { params },
  responses: responses(200, agentSchema, "The agent"),
});
const change = createRoute({
  method: "patch",
  path: "/api/agents/{id}",
  tags,
  summary: "Change an agent",
  description: "Takes effect with the next call or message; nothing changes in Twilio.",
  request: { params, ...jsonBody(changeAgentSchema) },
  responses: responses(200, agentSchema, "Changed"),
});
const remove = createRoute({
  method: "delete",
  path: "/api/agents/{id}",
  tags,
  summary: "Delete an agent that answers no number",
  request: { params },
  responses: responses(200, z.object({ success: z.literal(true) }), "Deleted"),
});
const showSecret = createRoute({
  method: "get",
  path: "/api/agents/{id}/webhook-secret",
  tags,
  summary: "Show the secret that signs an agent's webhooks",
  description: "For admins. Verify with it what your endpoint receives, as Standard Webhooks says.",
  request: { params },
  responses: responses(
    200,
    z
      .object({
        secret: z.string().meta({ description: "whsec_ and base64" }),
        previousSignsUntil: timestamp.nullable(),
      })
      .meta({ id: "WebhookSecret" }),
    "The secret",
  ),
});
const rotateSecret = createRoute({
  method: "post",
  path: "/api/agents/{id}/webhook-secret",
  tags,
  summary: "Replace the secret that signs an agent's webhooks",
  description: "For admins. The one before signs along for 24 hours. GET shows the new one.",
  request: { params },
  responses: responses(
    200,
    z.object({ success: z.literal(true), previousSignsUntil: timestamp.nullable() }),
    "Replaced",
  ),
});

export function agentRoutes(deps: AgentDeps): OpenAPIHono<ApiEnv> {
  return createApi()
    .openapi(list, async (c) => {
      const page = await listAgentPage(deps, c.var.actor, c.req.valid("query"));
      return c.json(pageView("agents", page, agentView), 200);
    })
    .openapi(create, async (c) =>
      c.json(agentView(await createAgent(deps, c.var.actor, c.req.valid("json"))), 201),
    )
    .openapi(get, async (c) => {
      const { id } = c.req.valid("param");
      return c.json(agentView(await requireAgent(deps.db, c.var.actor.orgId, id)), 200);
    })
    .openapi(change, async (c) => {
      const { id } = c.req.valid("param");
      return c.json(agentView(await changeAgent(deps, c.var.actor, id, c.req.valid("json"))), 200);
    })
    .openapi(remove, async (c) => {
      await removeAgent(deps, c.var.actor, c.req.valid("param").id);
      return c.json({ success: true as const }, 200);
    })
    .openapi(showSecret, async (c) => {
      const shown = await showWebhookSecret(deps, c.var.actor, c.req.valid("param").id);
      c.header("Cache-Control", "no-store");
      return c.json({ secret: shown.secret, previousSignsUntil: isoOrNull(shown.previousSignsUntil) }, 200);
    })
    .openapi(rotateSecret, async (c) => {
      const rotated = await rotateWebhookSecret(deps, c.var.actor, c.req.valid("param").id);
      const previousSignsUntil = isoOrNull(rotated.previousSignsUntil);
      return c.json({ success: true as const, previousSignsUntil }, 200);
    });
}

function isoOrNull(date: Date | undefined): string | null {
  return date?.toISOString() ?? null;
}

function agentView({ id, name, voice, messaging, createdAt, updatedAt }: Agent) {
  return {
    id,
    name,
    voice,
    messaging,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
