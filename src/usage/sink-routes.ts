import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { type ApiEnv, createApi, jsonBody, responses } from "../api/api.ts";
import { receiverFields, receiverView } from "../receivers/receiver.ts";
import type { ReceiverDeps } from "../receivers/receiver-service.ts";
import { putSinkSchema } from "./sink-request.ts";
import { putSink, removeSink, resendToSink, type SinkState, showSink } from "./sink-service.ts";

const success = z.literal(true);
const tags = ["Usage"];
const path = "/api/usage/sink";

const sinkSchema = z
  .object({
    ...receiverFields,
    headers: z.array(z.string()).meta({ description: "Their names; the values are never shown" }),
  })
  .meta({ id: "UsageSink" });

const get = createRoute({
  method: "get",
  path,
  tags,
  summary: "Show where usage goes as it is recorded, and how far it has come",
  responses: responses(200, z.object({ sink: sinkSchema.nullable() }), "The sink; null without one"),
});
const put = createRoute({
  method: "put",
  path,
  tags,
  summary: "Send usage to an HTTP endpoint as it is recorded",
  description:
    "Every entry of the ledger from now on, within minutes and at least once, as CloudEvents in batches " +
    "(application/cloudevents-batch+json). Replaces an earlier sink, and takes over what that has not taken. Needs the " +
    "role admin.",
  request: jsonBody(putSinkSchema),
  responses: responses(200, z.object({ success }), "From now on"),
});
const resend = createRoute({
  method: "post",
  path: `${path}/resend`,
  tags,
  summary: "Send what the sink has refused for good once more",
  description:
    "With the next run, within a minute or two. What it refuses again is set aside again. Needs the role admin.",
  responses: responses(
    200,
    z.object({ success, events: z.int().meta({ description: "Events that wait again" }) }),
    "From now on",
  ),
});
const remove = createRoute({
  method: "delete",
  path,
  tags,
  summary: "Send usage nowhere",
  responses: responses(
    200,
    z.object({ success, undelivered: z.int().meta({ description: "Entries that the sink had not taken" }) }),
    "From now on",
  ),
});

export function sinkRoutes(deps: ReceiverDeps): OpenAPIHono<ApiEnv> {
  return createApi()
    .openapi(get, async (c) => {
      const sink = await showSink(deps, c.var.actor);
      return c.json({ sink: sink ? sinkView(sink) : null }, 200);
    })
    .openapi(put, async (c) => {
      await putSink(deps, c.var.actor, c.req.valid("json"));
      return c.json({ success: true as const }, 200);
    })
    .openapi(resend, async (c) => {
      const events = await resendToSink(deps, c.var.actor);
      return c.json({ success: true as const, events }, 200);
    })
    .openapi(remove, async (c) => {
      const undelivered = await removeSink(deps, c.var.actor);
      return c.json({ success: true as const, undelivered }, 200);
    });
}

function sinkView(sink: SinkState): z.infer<typeof sinkSchema> {
  return { ...receiverView(sink), headers: [...sink.headerNames] };
}
