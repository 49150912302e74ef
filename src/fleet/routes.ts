import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { agentChoice, agentsChosen, ONE_AGENT } from "../agents/agent-choice.ts";
import { requireAgent } from "../agents/agent-service.ts";
import { type ApiEnv, createApi, jsonBody, responses } from "../auth/api.ts";
import type { AssignmentDeps } from "../phone-numbers/phone-number-service.ts";
import { changeSchema } from "../phone-numbers/views.ts";
import { type BatchError, configureNumbers, planNumbers } from "./batch-service.ts";

const batchSchema = z
  .strictObject({
    ...agentChoice,
    dryRun: z.boolean().optional().meta({ description: "Say what would be written, and write nothing" }),
  })
  .refine((input) => agentsChosen(input) <= 1, ONE_AGENT)
  .meta({ id: "ConfigureNumbers" });

const errorSchema = z.object({ phoneNumberId: z.string(), code: z.string(), detail: z.string() });

const configureAll = createRoute({
  method: "put",
  path: "/api/phone-numbers/webhooks",
  tags: ["Assignment"],
  summary: "Configure all of this organization's assigned, active numbers again, or one agent's",
  request: jsonBody(batchSchema, false),
  responses: responses(
    200,
    z.object({
      success: z.boolean().meta({ description: "Whether no number failed" }),
      message: z.string(),
      results: z.object({ success: z.int(), failed: z.int(), errors: z.array(errorSchema) }),
      plan: z
        .array(z.object({ phoneNumberId: z.string(), changes: z.array(changeSchema) }))
        .optional()
        .meta({ description: "With dryRun" }),
    }),
    "Done",
  ),
});

export function fleetRoutes(deps: AssignmentDeps): OpenAPIHono<ApiEnv> {
  return createApi().openapi(configureAll, async (c) => {
    const { actor } = c.var;
    const { chatbotId, agentId = chatbotId, dryRun } = c.req.valid("json") ?? {};
    if (agentId !== undefined) await requireAgent(deps.db, actor.orgId, agentId);
    if (dryRun) {
      const { planned, errors } = await planNumbers(deps, actor, { agentId });
      const plan = planned.map(({ phoneNumberId, changes }) => ({ phoneNumberId, changes: [...changes] }));
      const changed = planned.filter(({ changes }) => changes.length > 0).length;
      const message = `${changed} of ${planned.length} numbers would be changed; nothing was written.`;
      return c.json({ success: errors.length === 0, message, results: resultsView(0, errors), plan }, 200);
    }
    const { success, errors } = await configureNumbers(deps, actor, { agentId });
    const message = `${success} numbers configured, ${errors.length} failed.`;
    return c.json({ success: errors.length === 0, message, results: resultsView(success, errors) }, 200);
  });
}

function resultsView(success: number, errors: readonly BatchError[]) {
  return { success, failed: errors.length, errors: [...errors] };
}
