import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { type ApiEnv, createApi, nextCursorSchema, pageQuery, responses } from "../../auth/api.ts";
import { AppError } from "../../base/errors.ts";
import type { Db } from "../../db/connect.ts";
import { getPhoneNumber } from "../inventory-service.ts";
import { phoneNumberIdSchema } from "../phone-number.ts";
import { operationSchema, operationView } from "../views.ts";
import { findOperation, listOperations } from "./operation-store.ts";

const tags = ["Operations"];

const list = createRoute({
  method: "get",
  path: "/api/operations",
  tags,
  summary: "List operations, newest first",
  request: { query: pageQuery.extend({ phoneNumberId: phoneNumberIdSchema.optional() }) },
  responses: responses(
    200,
    z.object({ operations: z.array(operationSchema), nextCursor: nextCursorSchema }),
    "A page",
  ),
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
      const operations = rows.slice(0, limit);
      const nextCursor = rows.length > limit ? (operations.at(-1)?.id ?? null) : null;
      return c.json({ operations: operations.map(operationView), nextCursor }, 200);
    })
    .openapi(get, async (c) => {
      const operation = await findOperation(db, c.var.actor.orgId, c.req.valid("param").id);
      if (!operation) throw new AppError("operation_not_found");
      return c.json(operationView(operation), 200);
    });
}
