import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { agentIdSchema } from "../agents/agent.ts";
import { type ApiEnv, createApi, jsonBody, responses } from "../auth/api.ts";
import { phoneNumberIdSchema } from "./phone-number.ts";
import { type AssignmentDeps, assignPhoneNumber, unassignPhoneNumber } from "./phone-number-service.ts";
import { changeSchema, phoneNumberSchema, phoneNumberView } from "./views.ts";

const assignSchema = z
  .strictObject({
    phoneNumberId: phoneNumberIdSchema,
    chatbotId: agentIdSchema.optional(),
    agentId: agentIdSchema.optional().meta({ description: "The same as chatbotId" }),
    enableSms: z.boolean().optional(),
    enableWhatsApp: z.boolean().optional(),
    takeover: z.boolean().optional().meta({
      description:
        "Take over what shadows the number, another deployment's webhooks or another agent's assignment.",
    }),
  })
  .refine((input) => (input.chatbotId === undefined) !== (input.agentId === undefined), {
    path: ["chatbotId"],
    message: "Give chatbotId (or agentId, which is the same; not both)",
  })
  .meta({ id: "AssignPhoneNumber" });

const unassignSchema = z
  .strictObject({
    phoneNumberId: phoneNumberIdSchema,
    restore: z.boolean().optional().meta({ description: "Put back what stood in Twilio before us" }),
  })
  .meta({ id: "UnassignPhoneNumber" });

const operationRef = z.object({ id: z.string(), changes: z.array(changeSchema) });
const success = z.literal(true);
const chatbot = z.object({ id: z.string(), name: z.string() });

const assign = createRoute({
  method: "post",
  path: "/api/phone-numbers/assign",
  tags: ["Assignment"],
  summary: "Assign a number to an agent and configure its webhooks in Twilio, or change nothing",
  request: jsonBody(assignSchema),
  responses: responses(
    200,
    z.object({
      success,
      phoneNumber: phoneNumberSchema.extend({ chatbot }),
      operation: operationRef,
      message: z.string(),
    }),
    "Assigned, and verified in Twilio",
  ),
});

const unassign = createRoute({
  method: "delete",
  path: "/api/phone-numbers/assign",
  tags: ["Assignment"],
  summary: "Take a number back from its agent",
  request: jsonBody(unassignSchema),
  responses: responses(
    200,
    z.object({ success, phoneNumber: phoneNumberSchema, operation: operationRef, message: z.string() }),
    "Unassigned",
  ),
});

export function assignRoutes(deps: AssignmentDeps): OpenAPIHono<ApiEnv> {
  return createApi()
    .openapi(assign, async (c) => {
      const { chatbotId, agentId = chatbotId, ...input } = c.req.valid("json");
      const { actor } = c.var;
      const result = await assignPhoneNumber(deps, actor, { ...input, agentId: agentId ?? "" });
      const { id, name } = result.agent;
      const phoneNumber = { ...phoneNumberView(result.phoneNumber, actor.orgId), chatbot: { id, name } };
      const message = `${name} now answers ${result.phoneNumber.e164}.`;
      return c.json(
        { success: true as const, phoneNumber, operation: operationRefView(result), message },
        200,
      );
    })
    .openapi(unassign, async (c) => {
      const { actor } = c.var;
      const result = await unassignPhoneNumber(deps, actor, c.req.valid("json"));
      const phoneNumber = phoneNumberView(result.phoneNumber, actor.orgId);
      const message = `No agent answers ${result.phoneNumber.e164} any more.`;
      return c.json(
        { success: true as const, phoneNumber, operation: operationRefView(result), message },
        200,
      );
    });
}

function operationRefView({ operation }: Pick<Awaited<ReturnType<typeof assignPhoneNumber>>, "operation">) {
  return { id: operation.id, changes: (operation.changes ?? []).map((change) => ({ ...change })) };
}
