import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { type ApiEnv, createApi, jsonBody, responses } from "../api/api.ts";
import { callSchema, callView, messageSchema, messageView } from "../traffic/views.ts";
import { placeCall } from "./call-service.ts";
import { sendMessage } from "./message-service.ts";
import type { RequestedSendingDeps } from "./sending-deps.ts";
import { placeCallSchema, sendSchema } from "./sending-request.ts";

const tags = ["Calls and messages"];

const send = createRoute({
  method: "post",
  path: "/api/messages",
  tags,
  summary: "Send a message as an agent's number",
  request: jsonBody(sendSchema),
  responses: responses(201, messageSchema, "Twilio has taken the message"),
});
const call = createRoute({
  method: "post",
  path: "/api/calls",
  tags,
  summary: "Place a call from an agent's number; the agent answers it",
  request: jsonBody(placeCallSchema),
  responses: responses(201, callSchema, "Twilio has taken the call"),
});

export function sendingRoutes(deps: RequestedSendingDeps): OpenAPIHono<ApiEnv> {
  return createApi()
    .openapi(send, async (c) => {
      const { actor, unfinishedSince } = c.var;
      const message = await sendMessage(deps, actor, c.req.valid("json"), unfinishedSince);
      return c.json(messageView(message), 201);
    })
    .openapi(call, async (c) => {
      const { actor, unfinishedSince } = c.var;
      return c.json(callView(await placeCall(deps, actor, c.req.valid("json"), unfinishedSince)), 201);
    });
}
