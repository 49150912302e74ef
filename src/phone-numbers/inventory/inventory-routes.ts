import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { agentChoice, agentsChosen, ONE_AGENT } from "../../agents/agent-choice.ts";
import { countOpenAlerts } from "../../alerts/alert-store.ts";
import {
  type ApiEnv,
  createApi,
  jsonBody,
  pageQuery,
  pageResponses,
  pageView,
  responses,
} from "../../api/api.ts";
import { e164Schema } from "../../base/callable.ts";
import { VERDICTS } from "../../twilio/verdict.ts";
import { HEALTHS, type PhoneNumber, phoneNumberIdSchema } from "../phone-number.ts";
import { getPhoneNumber } from "../phone-number-lookup.ts";
import { findVerdicts } from "../verification/route-verdict-store.ts";
import { phoneNumberSchema, phoneNumberView } from "../views.ts";
import { type AllocationDeps, allocateNumber, takeBackNumber } from "./allocation-service.ts";
import { type ImportDeps, importNumbers } from "./import-service.ts";
import { countNumbers, listNumberPage } from "./number-list.ts";

const params = z.object({ id: phoneNumberIdSchema });
const tags = ["Phone numbers"];
const flag = z.stringbool().optional();

/** What the list and the counts can be narrowed by. */
const filter = {
  ...agentChoice,
  accountId: z.string().max(200).optional(),
  assigned: flag,
  operated: flag,
  verdict: z.enum(VERDICTS).optional().meta({
    description: "Who answers, on one channel at least, as a sweep or a verification last saw it",
  }),
  status: z.enum(["active", "released"]).optional(),
  search: z.string().max(100).optional().meta({
    description: "Part of the number, however its digits are written, or of its friendly name",
  }),
};

const list = createRoute({
  method: "get",
  path: "/api/phone-numbers",
  tags,
  summary:
    "List and search the numbers that the organization holds, or with operated=true those of its accounts",
  request: {
    query: pageQuery
      .extend({ ...filter, health: z.enum(HEALTHS).optional() })
      .refine((query) => agentsChosen(query) <= 1, ONE_AGENT),
  },
  responses: pageResponses("phoneNumbers", phoneNumberSchema, "A page, in the order of the ids"),
});

export const numberCountsSchema = z
  .object({
    total: z.int(),
    byHealth: z.record(z.enum(HEALTHS), z.int()),
    hasMore: z.boolean().meta({
      description:
        "False when the counts are exact. Counting stops at 250,001 or, where nothing narrows it, at as many of each health",
    }),
  })
  .meta({ id: "PhoneNumberCounts" });

const counts = createRoute({
  method: "get",
  path: "/api/phone-number-counts",
  tags,
  summary: "Count the numbers that the list would have, by their health",
  request: { query: z.object(filter).refine((query) => agentsChosen(query) <= 1, ONE_AGENT) },
  responses: responses(200, numberCountsSchema, "The counts"),
});

const importRoute = createRoute({
  method: "post",
  path: "/api/phone-numbers/import",
  tags,
  summary: "Import a Twilio account's numbers; doing it again brings them up to date",
  request: jsonBody(
    z
      .strictObject({
        accountId: z.string().min(1).max(200),
        ids: z
          .record(e164Schema, phoneNumberIdSchema)
          .optional()
          .meta({ description: "Ids of your choice for new numbers, by E.164 number" }),
      })
      .meta({ id: "ImportNumbers" }),
  ),
  responses: responses(
    200,
    z
      .object({
        imported: z.int(),
        updated: z.int(),
        unchanged: z.int(),
        moved: z.int(),
        released: z.int(),
        unusedIds: z.array(z.string()).readonly().meta({
          description:
            "Numbers of `ids` that did not get theirs: they are not in the account, or had another id before",
        }),
      })
      .meta({ id: "ImportResult" }),
    "Imported",
  ),
});

const get = createRoute({
  method: "get",
  path: "/api/phone-numbers/{id}",
  tags,
  summary: "Get a number",
  request: { params },
  responses: responses(
    200,
    phoneNumberSchema
      .extend({ openAlerts: z.int().meta({ description: "See /api/alerts?state=open&phoneNumberId=" }) })
      .meta({ id: "PhoneNumberDetail" }),
    "The number",
  ),
});

const allocate = createRoute({
  method: "put",
  path: "/api/phone-numbers/{id}/allocation",
  tags,
  summary: "Allocate a number of one's own Twilio account to another organization",
  request: { params, ...jsonBody(z.strictObject({ organizationId: z.string().min(1).max(200) })) },
  responses: responses(200, phoneNumberSchema, "Allocated"),
});

const takeBack = createRoute({
  method: "delete",
  path: "/api/phone-numbers/{id}/allocation",
  tags,
  summary: "Take an allocated number back; not while it is assigned",
  request: { params },
  responses: responses(200, phoneNumberSchema, "Taken back"),
});

export function inventoryRoutes(deps: ImportDeps & AllocationDeps): OpenAPIHono<ApiEnv> {
  return createApi()
    .openapi(list, async (c) => {
      const { actor } = c.var;
      const { chatbotId, agentId = chatbotId, ...query } = c.req.valid("query");
      const page = await listNumberPage(deps.db, actor, { ...query, agentId });
      const verdicts = await findVerdicts(
        deps.db,
        page.rows.map(({ uid }) => uid),
      );
      const view = (number: PhoneNumber) => phoneNumberView(number, actor.orgId, verdicts);
      return c.json(pageView("phoneNumbers", page, view), 200);
    })
    .openapi(counts, async (c) => {
      const { chatbotId, agentId = chatbotId, ...query } = c.req.valid("query");
      return c.json(await countNumbers(deps.db, c.var.actor, { ...query, agentId }), 200);
    })
    .openapi(importRoute, async (c) =>
      c.json(await importNumbers(deps, c.var.actor, c.req.valid("json")), 200),
    )
    .openapi(get, async (c) => {
      const { actor } = c.var;
      const number = await getPhoneNumber(deps.db, actor, c.req.valid("param").id);
      const [openAlerts, verdicts] = await Promise.all([
        countOpenAlerts(deps.db, actor.orgId, number.uid),
        findVerdicts(deps.db, [number.uid]),
      ]);
      return c.json({ ...phoneNumberView(number, actor.orgId, verdicts), openAlerts }, 200);
    })
    .openapi(allocate, async (c) => {
      const { actor } = c.var;
      const input = { phoneNumberId: c.req.valid("param").id, ...c.req.valid("json") };
      return c.json(phoneNumberView(await allocateNumber(deps, actor, input), actor.orgId), 200);
    })
    .openapi(takeBack, async (c) => {
      const { actor } = c.var;
      return c.json(
        phoneNumberView(await takeBackNumber(deps, actor, c.req.valid("param").id), actor.orgId),
        200,
      );
    });
}
