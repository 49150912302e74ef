import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { agentChoice, agentsChosen, ONE_AGENT } from "../../agents/agent-choice.ts";
import { type ApiEnv, createApi, jsonBody, responses } from "../../api/api.ts";
import { PROBLEMS } from "../../base/errors.ts";
import { phoneNumberIdSchema } from "../phone-number.ts";
import { changeSchema, leftSchema, phoneNumberSchema, phoneNumberView } from "../views.ts";
import { type NumberChange, type NumberPlan, planNumberChange } from "./number-plan-service.ts";
import type { AssignmentDeps } from "./phone-number-service.ts";

const number = { phoneNumberId: phoneNumberIdSchema };

const requestSchema = z
  .discriminatedUnion("action", [
    z
      .strictObject({
        action: z.literal("assign"),
        ...number,
        ...agentChoice,
        enableSms: z.boolean().optional(),
        enableWhatsApp: z.boolean().optional(),
        takeover: z.boolean().optional(),
      })
      .refine((input) => agentsChosen(input) === 1, ONE_AGENT),
    z.strictObject({ action: z.literal("configure"), ...number }),
    z.strictObject({ action: z.literal("unassign"), ...number, restore: z.boolean().optional() }),
  ])
  .meta({ id: "PlanNumberChange" });

const planSchema = z
  .object({
    phoneNumber: phoneNumberSchema,
    changes: z.array(changeSchema).meta({ description: "What would be written in Twilio" }),
    withheld: z.array(changeSchema),
    left: leftSchema,
    refusal: z
      .looseObject({
        code: z.enum(Object.keys(PROBLEMS) as [keyof typeof PROBLEMS]),
        title: z.string(),
        detail: z.string().nullable(),
      })
      .nullable()
      .meta({
        description: "Why the change would be refused as it was asked for, with the facts of the problem",
      }),
    takes: z
      .object({ chatbotId: z.string().nullable(), changes: z.array(changeSchema) })
      .meta({ description: "What an assignment takes from others: an agent's number, somebody's fields" }),
  })
  .meta({ id: "NumberPlan" });

const plan = createRoute({
  method: "post",
  path: "/api/phone-numbers/plan",
  tags: ["Assignment"],
  summary: "See what assigning, configuring or unassigning a number would change; nothing is written",
  request: jsonBody(requestSchema),
  responses: responses(200, planSchema, "The plan, made from what is in Twilio now"),
});

export function numberPlanRoutes(deps: AssignmentDeps): OpenAPIHono<ApiEnv> {
  return createApi().openapi(plan, async (c) => {
    const planned = await planNumberChange(deps, c.var.actor, changeFrom(c.req.valid("json")));
    return c.json(planView(planned, c.var.actor.orgId), 200);
  });
}

function changeFrom(request: z.output<typeof requestSchema>): NumberChange {
  if (request.action !== "assign") return request;
  const { chatbotId, agentId = chatbotId, ...input } = request;
  return { ...input, agentId: agentId ?? "" };
}

function planView(planned: NumberPlan, viewerOrgId: string): z.infer<typeof planSchema> {
  const { phoneNumber, changes, withheld, left, refusal, takes } = planned;
  return {
    phoneNumber: phoneNumberView(phoneNumber, viewerOrgId),
    changes: [...changes],
    withheld: [...withheld],
    left: left ?? null,
    refusal: refusal
      ? {
          ...refusal.extensions,
          code: refusal.code,
          title: PROBLEMS[refusal.code].title,
          detail: refusal.detail ?? null,
        }
      : null,
    takes: { chatbotId: takes.agentId ?? null, changes: [...takes.changes] },
  };
}
