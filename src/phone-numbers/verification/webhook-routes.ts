import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { type ApiEnv, createApi, jsonBody, responses } from "../../api/api.ts";
import { type AssignmentDeps, configurePhoneNumber } from "../assignment/phone-number-service.ts";
import { phoneNumberIdSchema } from "../phone-number.ts";
import {
  leftSchema,
  operationRefSchema,
  operationRefView,
  phoneNumberSchema,
  phoneNumberView,
} from "../views.ts";
import { verifyPhoneNumber } from "./verification-service.ts";
import { verificationSchema, verificationView } from "./verification-view.ts";

const verify = createRoute({
  method: "get",
  path: "/api/phone-numbers/webhooks",
  tags: ["Assignment"],
  summary: "Verify: what is really in Twilio, now",
  request: { query: z.object({ phoneNumberId: phoneNumberIdSchema }) },
  responses: responses(200, verificationSchema, "What was found"),
});

const configure = createRoute({
  method: "post",
  path: "/api/phone-numbers/webhooks",
  tags: ["Assignment"],
  summary: "Configure one assigned number again",
  request: jsonBody(z.strictObject({ phoneNumberId: phoneNumberIdSchema })),
  responses: responses(
    200,
    z.object({
      success: z.literal(true),
      phoneNumber: phoneNumberSchema,
      operation: operationRefSchema,
      left: leftSchema,
      message: z.string(),
    }),
    "Configured, and verified in Twilio",
  ),
});

export function webhookRoutes(deps: AssignmentDeps): OpenAPIHono<ApiEnv> {
  return createApi()
    .openapi(verify, async (c) => {
      const verification = await verifyPhoneNumber(deps, c.var.actor, c.req.valid("query").phoneNumberId);
      return c.json(verificationView(verification), 200);
    })
    .openapi(configure, async (c) => {
      const { actor } = c.var;
      const { operation, phoneNumber } = await configurePhoneNumber(
        deps,
        actor,
        c.req.valid("json").phoneNumberId,
      );
      const ref = operationRefView(operation);
      const view = phoneNumberView(phoneNumber, actor.orgId);
      const { length } = ref.changes;
      const written = length === 0 ? "Nothing had to be changed." : `${length} fields were written.`;
      const left = operation.intent.scope?.spared;
      const message = left ? `${written} ${left.detail}` : written;
      return c.json(
        { success: true as const, phoneNumber: view, operation: ref, left: left ?? null, message },
        200,
      );
    });
}
