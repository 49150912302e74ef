import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { agentChoice, agentsChosen, ONE_AGENT } from "../agents/agent-choice.ts";
import { type ApiEnv, createApi, jsonBody, responses } from "../api/api.ts";
import { changeSchema } from "../phone-numbers/views.ts";
import {
  type ConfigureResult,
  configureNumbers,
  type PlannedNumber,
  planConfiguration,
} from "./configure-service.ts";
import type { FleetDeps } from "./fleet-deps.ts";

const requestSchema = z
  .strictObject({
    ...agentChoice,
    dryRun: z.boolean().optional().meta({ description: "Say what would be written, and write nothing" }),
  })
  .refine((input) => agentsChosen(input) <= 1, ONE_AGENT)
  .meta({ id: "ConfigureNumbers" });

const errorSchema = z.object({ phoneNumberId: z.string(), code: z.string(), detail: z.string() });

const resultSchema = z
  .object({
    success: z.boolean().meta({ description: "Whether no number failed, and nothing was left as it is" }),
    message: z.string(),
    results: z.object({
      success: z.int(),
      failed: z.int(),
      errors: z.array(errorSchema).meta({
        description:
          "Numbers that failed, and what was left of others: a WhatsApp sender that is offline. The first thousand; " +
          "the batch's items are all of them",
      }),
    }),
    batch: z
      .object({ id: z.string() })
      .optional()
      .meta({ description: "With dryRun, which can be applied, and where it goes on in the background" }),
    plan: z
      .array(z.object({ phoneNumberId: z.string(), changes: z.array(changeSchema) }))
      .optional()
      .meta({ description: "With dryRun: the first thousand numbers; the batch's items are all of them" }),
  })
  .meta({ id: "ConfigureNumbersResult" });

const configureAll = createRoute({
  method: "put",
  path: "/api/phone-numbers/webhooks",
  tags: ["Assignment"],
  summary: "Configure all of this organization's assigned, active numbers again, or one agent's",
  request: jsonBody(requestSchema, false),
  responses: {
    ...responses(200, resultSchema, "Done"),
    ...responses(202, resultSchema, "It goes on in the background; Location is the batch's"),
  },
});

export function configureRoutes(deps: FleetDeps): OpenAPIHono<ApiEnv> {
  return createApi().openapi(configureAll, async (c) => {
    const { chatbotId, agentId = chatbotId, dryRun } = c.req.valid("json") ?? {};
    const view = dryRun
      ? planView(await planConfiguration(deps, c.var.actor, { agentId }))
      : resultView(await configureNumbers(deps, c.var.actor, { agentId }));
    const { isDone, batchId, ...answer } = view;
    return c.json(answer, isDone ? 200 : 202, { Location: `/api/batches/${batchId}` });
  });
}

function resultView(result: ConfigureResult) {
  const { success, failed, errors, isDone, batch } = result;
  const left = errors.length > failed ? ", and of some something is left as it was: see the errors" : "";
  const soFar = `${success} numbers configured, ${failed} failed${left}`;
  return {
    ...commonView(result),
    ...(isDone ? {} : { batch: { id: batch.id } }),
    message: isDone ? `${soFar}.` : `${soFar} so far; it goes on. Follow the batch ${batch.id}.`,
  };
}

function planView(result: ConfigureResult & { readonly planned: readonly PlannedNumber[] }) {
  const { isDone, batch } = result;
  const { pending, unchanged } = batch.counts;
  const plan = `${pending} of ${pending + unchanged} numbers would be changed; nothing was written.`;
  return {
    ...commonView(result),
    batch: { id: batch.id },
    message: isDone ? plan : `The plan is still being made. So far: ${plan} Follow the batch ${batch.id}.`,
    plan: result.planned.map(({ phoneNumberId, changes }) => ({
      phoneNumberId,
      changes: changes.map((change) => ({ ...change })),
    })),
  };
}

function commonView({ success, failed, errors, isDone, batch }: ConfigureResult) {
  const results = { success, failed, errors: errors.map((error) => ({ ...error })) };
  return { isDone, batchId: batch.id, success: failed === 0 && errors.length === 0, results };
}
