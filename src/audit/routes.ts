import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { type ApiEnv, createApi, nextCursorSchema, pageQuery, responses, timestamp } from "../auth/api.ts";
import type { Db } from "../db/connect.ts";
import type { AuditEntry } from "./audit-entry.ts";
import { listAudit, verifyAudit } from "./audit-service.ts";

export const entrySchema = z
  .object({
    id: z.string(),
    seq: z.int(),
    at: timestamp,
    actor: z.object({ userId: z.string(), role: z.string() }),
    action: z.string(),
    target: z.object({ type: z.string(), id: z.string() }),
    before: z.unknown(),
    after: z.unknown(),
    outcome: z.enum(["committed", "rolled_back", "refused", "needs_attention"]),
    requestId: z.string(),
    prevHash: z.string(),
    hash: z.string(),
  })
  .meta({ id: "AuditEntry" });

const verdictSchema = z
  .object({
    valid: z.boolean(),
    entries: z.int().meta({ description: "How many entries fit, from the first on" }),
    firstBroken: z.object({ seq: z.int(), id: z.string().optional(), reason: z.string() }).nullable(),
  })
  .meta({ id: "AuditVerdict" });

const tags = ["Audit"];

const list = createRoute({
  method: "get",
  path: "/api/audit",
  tags,
  summary: "List audit entries, newest first",
  request: {
    query: pageQuery.extend({
      cursor: z.coerce.number().int().positive().optional(),
      targetId: z.string().max(200).optional(),
    }),
  },
  responses: responses(
    200,
    z.object({ entries: z.array(entrySchema), nextCursor: nextCursorSchema }),
    "A page",
  ),
});
const verify = createRoute({
  method: "get",
  path: "/api/audit/verify",
  tags,
  summary: "Prove the hash chain, and name the first broken entry",
  responses: responses(200, verdictSchema, "The verdict"),
});

export function auditRoutes(deps: { readonly db: Db }): OpenAPIHono<ApiEnv> {
  return createApi()
    .openapi(list, async (c) => {
      const { entries, nextCursor } = await listAudit(deps, c.var.actor, c.req.valid("query"));
      return c.json({ entries: entries.map(entryView), nextCursor: nextCursor ?? null }, 200);
    })
    .openapi(verify, async (c) => {
      const { firstBroken, ...verdict } = await verifyAudit(deps, c.var.actor);
      return c.json({ ...verdict, firstBroken: firstBroken ?? null }, 200);
    });
}

export function entryView({ orgId: _ownOrganization, ...entry }: AuditEntry) {
  return entry;
}
