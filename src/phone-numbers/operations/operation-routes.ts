import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { type ApiEnv, createApi, pageQuery, pageResponses, pageView, responses } from "../../api/api.ts";
import { AppError } from "../../base/errors.ts";
import { pageOf } from "../../base/page.ts";
import type { Db } from "../../db/connect.ts";
import { phoneNumberIdSchema } from "../phone-number.ts";
import { getPhoneNumber } from "../phone-number-lookup.ts";
import { operationSchema, operationView } from "../views.ts";
import { findOperation, listOperations } from "./operation-store.ts";

const tags = ["Operations"];

const list = createRoute({
  method: "get",
  path: "/api/operations",
  tags,
  summary: "List operations, newest first",
  request: { query: pageQuery.extend({ phoneNumberId: phoneNumberIdSchema.optional() }) },
  responses: pageResponses("operations", operationSchema),
});
const get = createRoute({
  method: "get",
  path: "/api/operations/{id}",
  tags,
  summary: "Get an operation: what it intended, what it wrote and what became of it",
  request: { params: z.object({ id: z.string().max(200) }) },
  responses: responses(200, operationSchema, "The operation"),
});

export function operationRoutes({ db }: { readonly db: Db }): OpenAPIHono<ApiEnv> {
  return createApi()
    .openapi(list, async (c) => {
      const { actor } = c.var;
      const { cursor, limit, phoneNumberId } = c.req.valid("query");
      const number = phoneNumberId === undefined ? undefined : await getPhoneNumber(db, actor, phoneNumberId);
      const query = { beforeId: cursor, limit: limit + 1, phoneNumberUid: number?.uid };
      const rows = await listOperations(db, actor.orgId, query);
      const page = pageOf(rows, limit, ({ id }) => id);
      return c.json(pageView("operations", page, operationView), 200);
    })
    .openapi(get, async (c) => {
      const operation = await findOperation(db, c.var.actor.orgId, c.req.valid("param").id);
      if (!operation) throw new AppError("operation_not_found");
      return c.json(operationView(operation), 200);
    });
}
