import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { type ApiEnv, createApi, jsonBody, responses } from "../../api/api.ts";
import { phoneNumberIdSchema } from "../phone-number.ts";
import {
  operationRefSchema,
  operationRefView,
  phoneNumberSchema,
  phoneNumberView,
  unassignmentRefSchema,
  unassignmentRefView,
} from "../views.ts";
import { assignSchema } from "./assign-request.ts";
import {
  type AssignmentDeps,
  type AssignmentResult,
  assignPhoneNumber,
  unassignPhoneNumber,
} from "./phone-number-service.ts";

const unassignSchema = z
  .strictObject({
    phoneNumberId: phoneNumberIdSchema,
    restore: z.boolean().optional().meta({ description: "Put back what stood in Twilio before us" }),
  })
  .meta({ id: "UnassignPhoneNumber" });

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
      operation: operationRefSchema,
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
    z.object({
      success,
      phoneNumber: phoneNumberSchema,
      operation: unassignmentRefSchema,
      message: z.string(),
    }),
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
      const message = assignedMessage(result);
      return c.json(
        { success: true as const, phoneNumber, operation: operationRefView(result.operation), message },
        200,
      );
    })
    .openapi(unassign, async (c) => {
      const { actor } = c.var;
      const result = await unassignPhoneNumber(deps, actor, c.req.valid("json"));
      const phoneNumber = phoneNumberView(result.phoneNumber, actor.orgId);
      const message = unassignedMessage(result);
      return c.json(
        { success: true as const, phoneNumber, operation: unassignmentRefView(result.operation), message },
        200,
      );
    });
}

function assignedMessage({ agent, phoneNumber: { e164, health } }: AssignmentResult): string {
  const message = `${agent.name} now answers ${e164}.`;
  return health === "unverified"
    ? `${message} The account's credentials may not read its Messaging Services, so one of them may still take its messages.`
    : message;
}

function unassignedMessage({ operation, phoneNumber }: Omit<AssignmentResult, "agent">): string {
  const message = `No agent answers ${phoneNumber.e164} any more.`;
  const sids = new Set(operation.withheld?.map(({ sid }) => sid));
  if (sids.size === 0) return message;
  return `${message} ${[...sids].join(" and ")} was not put back, because other numbers that are assigned rely on it.`;
}
