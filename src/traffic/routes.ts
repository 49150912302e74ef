import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { agentChoice, agentsChosen, ONE_AGENT } from "../agents/agent-choice.ts";
import {
  type ApiEnv,
  createApi,
  pageQuery,
  pageResponses,
  pageView,
  responses,
  timeQuery,
} from "../api/api.ts";
import { CALLER_CHOSEN_ID } from "../base/caller-chosen-id.ts";
import { getCall, getMessage, listCallPage, listMessagePage, type TrafficDeps } from "./traffic-service.ts";
import {
  CHANNELS,
  callDetailSchema,
  callSchema,
  callView,
  DIRECTIONS,
  eventView,
  messageDetailSchema,
  messageSchema,
  messageView,
} from "./views.ts";

const callQuery = pageQuery
  .extend({
    ...agentChoice,
    phoneNumberId: z.string().regex(CALLER_CHOSEN_ID).optional(),
    direction: z.enum(DIRECTIONS).optional(),
    status: z.string().max(40).optional(),
    from: timeQuery.meta({ description: "Began then or later" }),
    to: timeQuery.meta({ description: "Began before" }),
  })
  .refine((query) => agentsChosen(query) <= 1, ONE_AGENT);
const messageQuery = callQuery.safeExtend({ channel: z.enum(CHANNELS).optional() });

const tags = ["Calls and messages"];
const params = z.object({ sid: z.string().max(64) });

const calls = createRoute({
  method: "get",
  path: "/api/calls",
  tags,
  summary: "List the organization's calls, newest first",
  request: { query: callQuery },
  responses: pageResponses("calls", callSchema),
});
const call = createRoute({
  method: "get",
  path: "/api/calls/{sid}",
  tags,
  summary: "Get a call and every status callback that came for it",
  request: { params },
  responses: responses(200, callDetailSchema, "The call"),
});
const messages = createRoute({
  method: "get",
  path: "/api/messages",
  tags,
  summary: "List the organization's messages, newest first; without their text, which is not stored",
  request: { query: messageQuery },
  responses: pageResponses("messages", messageSchema),
});
const message = createRoute({
  method: "get",
  path: "/api/messages/{sid}",
  tags,
  summary: "Get a message and every status callback that came for it",
  request: { params },
  responses: responses(200, messageDetailSchema, "The message"),
});

export function trafficRoutes(deps: TrafficDeps): OpenAPIHono<ApiEnv> {
  return createApi()
    .openapi(calls, async (c) => {
      const query = trafficQuery(c.req.valid("query"));
      const page = await listCallPage(deps, c.var.actor, query);
      return c.json(pageView("calls", page, callView), 200);
    })
    .openapi(call, async (c) => {
      const found = await getCall(deps, c.var.actor, c.req.valid("param").sid);
      return c.json({ ...callView(found), events: found.events.map(eventView) }, 200);
    })
    .openapi(messages, async (c) => {
      const { channel, ...rest } = c.req.valid("query");
      const query = { ...trafficQuery(rest), channel };
      const page = await listMessagePage(deps, c.var.actor, query);
      return c.json(pageView("messages", page, messageView), 200);
    })
    .openapi(message, async (c) => {
      const found = await getMessage(deps, c.var.actor, c.req.valid("param").sid);
      return c.json({ ...messageView(found), events: found.events.map(eventView) }, 200);
    });
}

function trafficQuery(query: z.output<typeof callQuery>) {
  const { chatbotId, agentId = chatbotId, from, to, ...rest } = query;
  return {
    ...rest,
    agentId,
    from: from === undefined ? undefined : new Date(from),
    to: to === undefined ? undefined : new Date(to),
  };
}
