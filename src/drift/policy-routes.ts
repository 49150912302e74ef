import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import {
  type ApiEnv,
  createApi,
  jsonBody,
  nextCursorSchema,
  pageQuery,
  pageView,
  responses,
  timestamp,
} from "../api/api.ts";
import type { Page } from "../base/page.ts";
import { fieldClassSchema } from "../phone-numbers/field-class.ts";
import { phoneNumberIdSchema } from "../phone-numbers/phone-number.ts";
import type { DriftDeps } from "./drift-deps.ts";
import { DEFAULT_POLICY, POLICIES } from "./policy.ts";
import { setPoliciesSchema } from "./policy-request.ts";
import { listPolicyPage, setPolicies } from "./policy-service.ts";
import type { NamedPolicy } from "./policy-store.ts";

const tags = ["Drift"];

const policySchema = z
  .object({
    scope: z.enum(["organization", "account", "number"]),
    accountId: z.string().nullable(),
    phoneNumberId: z.string().nullable(),
    fieldClass: fieldClassSchema.nullable().meta({ description: "null for every class" }),
    policy: z.enum(POLICIES),
    setAt: timestamp,
  })
  .meta({ id: "DriftPolicy" });

const pageSchema = z.object({
  policies: z.array(policySchema),
  default: z.enum(POLICIES).meta({ description: "Where none is set" }),
  nextCursor: nextCursorSchema,
});

const list = createRoute({
  method: "get",
  path: "/api/drift/policies",
  tags,
  summary: "List what is to be done about differences",
  request: {
    query: pageQuery.extend({
      phoneNumberId: phoneNumberIdSchema.optional().meta({
        description: "Those that may hold for this number: its own, its account's, and those of all numbers",
      }),
    }),
  },
  responses: responses(200, pageSchema, "A page"),
});

const put = createRoute({
  method: "put",
  path: "/api/drift/policies",
  tags,
  summary:
    "Say what is to be done about differences: of all numbers, an account's or one, and by class of fields",
  description: "What is most specific holds. Others stay as they are. From the next sweep on.",
  request: jsonBody(setPoliciesSchema),
  responses: responses(200, pageSchema, "Set; the first page of all policies"),
});

export function policyRoutes(deps: DriftDeps): OpenAPIHono<ApiEnv> {
  return createApi()
    .openapi(list, async (c) =>
      c.json(policyPageView(await listPolicyPage(deps, c.var.actor, c.req.valid("query"))), 200),
    )
    .openapi(put, async (c) => {
      const { policies } = c.req.valid("json");
      await setPolicies(
        deps,
        c.var.actor,
        policies.map(({ policy, ...about }) => ({ ...about, policy: policy ?? undefined })),
      );
      return c.json(policyPageView(await listPolicyPage(deps, c.var.actor, { limit: 50 })), 200);
    });
}

function policyPageView(page: Page<NamedPolicy>) {
  return { ...pageView("policies", page, policyView), default: DEFAULT_POLICY };
}

function policyView({ scope, phoneNumberId, fieldClass, policy, setAt }: NamedPolicy) {
  return {
    scope: scope.kind,
    accountId: scope.kind === "account" ? scope.accountId : null,
    phoneNumberId: phoneNumberId ?? null,
    fieldClass: fieldClass ?? null,
    policy,
    setAt: setAt.toISOString(),
  };
}
