import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import {
  type ApiEnv,
  createApi,
  jsonBody,
  pageQuery,
  pageResponses,
  pageView,
  responses,
} from "../api/api.ts";
import { applySchema } from "./apply-request.ts";
import { ITEM_STATES } from "./batch.ts";
import {
  applyBatch,
  cancelBatch,
  getBatch,
  listBatchPage,
  listItemPage,
  pauseBatch,
  resumeBatch,
  undoBatch,
} from "./batch-service.ts";
import { batchSchema, batchView, itemSchema, itemView } from "./batch-views.ts";
import type { FleetDeps } from "./fleet-deps.ts";
import { planSchema } from "./plan-request.ts";
import { planBatch } from "./plan-service.ts";
import { planFrom } from "./requested-plan.ts";

const params = z.object({ id: z.string().max(200) });
const tags = ["Batches"];

const plan = createRoute({
  method: "post",
  path: "/api/batches",
  tags,
  summary: "Plan a change of many numbers; nothing is changed before the plan is applied",
  description:
    "A plan of many numbers is still being made when this is answered: its state is planning then.",
  request: jsonBody(planSchema),
  responses: responses(201, batchSchema, "The plan; its items are what would be changed"),
});
const list = createRoute({
  method: "get",
  path: "/api/batches",
  tags,
  summary: "List plans and batches, newest first",
  request: { query: pageQuery },
  responses: pageResponses("batches", batchSchema),
});
const get = createRoute({
  method: "get",
  path: "/api/batches/{id}",
  tags,
  summary: "Get a batch",
  request: { params },
  responses: responses(200, batchSchema, "The batch"),
});
const items = createRoute({
  method: "get",
  path: "/api/batches/{id}/items",
  tags,
  summary: "List a batch's numbers: what is planned, and what has become of it",
  request: {
    params,
    query: pageQuery.extend({
      cursor: z.coerce.number().int().min(0).max(2_147_483_647).optional(),
      state: z.enum(ITEM_STATES).optional(),
    }),
  },
  responses: pageResponses("items", itemSchema),
});
const apply = createRoute({
  method: "post",
  path: "/api/batches/{id}/apply",
  tags,
  summary: "Apply a plan as it stands: a canary first, and when that is verified all others",
  request: {
    params,
    ...jsonBody(applySchema, false),
  },
  responses: responses(202, batchSchema, "Begun; it goes on in the background"),
});

const simple = <P extends string>(action: P, summary: string) =>
  createRoute({
    method: "post",
    path: `/api/batches/{id}/${action}`,
    tags,
    summary,
    request: { params },
    responses: responses(200, batchSchema, "The batch"),
  });
const pause = simple("pause", "Pause a batch: what is under way ends, and nothing more is begun");
const resume = simple("resume", "Go on with a paused batch");
const cancel = simple("cancel", "Give a plan or a batch up; what is changed stays changed");

const undo = createRoute({
  method: "post",
  path: "/api/batches/{id}/undo",
  tags,
  summary: "Take back what a batch has changed, with a batch of its own",
  description: "A number that has changed since is skipped, and says so.",
  request: { params },
  responses: responses(201, batchSchema, "The batch that undoes it; it has begun"),
});

export function batchRoutes(deps: FleetDeps): OpenAPIHono<ApiEnv> {
  return createApi()
    .openapi(plan, async (c) => {
      const batch = await planBatch(deps, c.var.actor, planFrom(c.req.valid("json")));
      return c.json(batchView(batch), 201, { Location: `/api/batches/${batch.id}` });
    })
    .openapi(list, async (c) => {
      const page = await listBatchPage(deps, c.var.actor, c.req.valid("query"));
      return c.json(pageView("batches", page, batchView), 200);
    })
    .openapi(get, async (c) => {
      return c.json(batchView(await getBatch(deps, c.var.actor, c.req.valid("param").id)), 200);
    })
    .openapi(items, async (c) => {
      const { state, ...query } = c.req.valid("query");
      const states = state === undefined ? undefined : [state];
      const page = await listItemPage(deps, c.var.actor, c.req.valid("param").id, { ...query, states });
      return c.json(pageView("items", page, itemView), 200);
    })
    .openapi(apply, async (c) => {
      const { id } = c.req.valid("param");
      return c.json(batchView(await applyBatch(deps, c.var.actor, id, c.req.valid("json") ?? {})), 202);
    })
    .openapi(pause, async (c) => {
      return c.json(batchView(await pauseBatch(deps, c.var.actor, c.req.valid("param").id)), 200);
    })
    .openapi(resume, async (c) => {
      return c.json(batchView(await resumeBatch(deps, c.var.actor, c.req.valid("param").id)), 200);
    })
    .openapi(cancel, async (c) => {
      return c.json(batchView(await cancelBatch(deps, c.var.actor, c.req.valid("param").id)), 200);
    })
    .openapi(undo, async (c) => {
      const batch = await undoBatch(deps, c.var.actor, c.req.valid("param").id);
      return c.json(batchView(batch), 201, { Location: `/api/batches/${batch.id}` });
    });
}
