import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import {
  type ApiEnv,
  createApi,
  pageQuery,
  pageResponses,
  pageView,
  responses,
  timeQuery,
  timestamp,
} from "../api/api.ts";
import type { Db } from "../db/connect.ts";
import { AUDIT_ACTIONS, AUDIT_OUTCOMES } from "./audit-entry.ts";
import { listAudit, verifyAudit } from "./audit-service.ts";
import type { NamedEntry } from "./audit-store.ts";

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
    outcome: z.enum(AUDIT_OUTCOMES),
    requestId: z.string(),
    prevHash: z.string(),
    hash: z.string().meta({ description: "SHA-256 over everything else but `names`" }),
    names: z
      .object({
        actor: z.string().nullable().meta({ description: "A user's or an API key's" }),
        target: z.string().nullable().meta({
          description:
            "A phone number in E.164, or the name of an agent, an account, an organization or an alert",
        }),
      })
      .meta({ description: "What the ids are called now; null where whatever had a name is gone" }),
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
      action: z.enum(AUDIT_ACTIONS).optional(),
      outcome: z.enum(AUDIT_OUTCOMES).optional(),
      actorId: z.string().max(200).optional().meta({ description: "The userId of who did it" }),
      from: timeQuery.meta({ description: "Recorded then or later" }),
      to: timeQuery.meta({ description: "Recorded before" }),
    }),
  },
  responses: pageResponses("entries", entrySchema),
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
      const { from, to, ...query } = c.req.valid("query");
      const range = {
        from: from === undefined ? undefined : new Date(from),
        to: to === undefined ? undefined : new Date(to),
      };
      const page = await listAudit(deps, c.var.actor, { ...query, ...range });
      return c.json(pageView("entries", page, entryView), 200);
    })
    .openapi(verify, async (c) => {
      const { firstBroken, ...verdict } = await verifyAudit(deps, c.var.actor);
      return c.json({ ...verdict, firstBroken: firstBroken ?? null }, 200);
    });
}

export function entryView({ orgId: _ownOrganization, ...entry }: NamedEntry) {
  return entry;
}
