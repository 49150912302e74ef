// Twilio asks what to do with a call or a message; we answer in TwiML. Imports neither a service nor the REST client: a
// number must be answered while Twilio's API, or the rest of us, is down.
import { type Context, Hono } from "hono";
import { text, verifiedWebhook, type WebhookDeps, type WebhookEnv } from "../accounts/verified-webhook.ts";
import { WEBHOOK_PATHS } from "../twilio/webhook-urls.ts";
import type { Route } from "./route.ts";
import type { RoutingTable } from "./routing-table.ts";
import { messageTwiml, voiceTwiml } from "./twiml.ts";

const NOBODY_ANSWERS = voiceTwiml({ kind: "reject", reason: "rejected" });
const NO_REPLY = messageTwiml({ kind: "none" });

export interface AnsweringDeps extends WebhookDeps {
  readonly routingTable: Pick<RoutingTable, "find">;
}

export function answeringRoutes(deps: AnsweringDeps): Hono<WebhookEnv> {
  const routes = new Hono<WebhookEnv>();
  for (const path of [WEBHOOK_PATHS.voice, WEBHOOK_PATHS.voiceFallback]) {
    routes.post(path, verifiedWebhook(deps), (c) => {
      const route = routeOf(deps, c, "call");
      return twiml(c, route ? voiceTwiml(route.voice) : NOBODY_ANSWERS);
    });
  }
  for (const path of [WEBHOOK_PATHS.message, WEBHOOK_PATHS.messageFallback]) {
    routes.post(path, verifiedWebhook(deps), (c) => {
      const route = routeOf(deps, c, "message");
      return twiml(c, route ? messageTwiml(route.messaging) : NO_REPLY);
    });
  }
  return routes;
}

function routeOf(deps: AnsweringDeps, c: Context<WebhookEnv>, what: "call" | "message"): Route | undefined {
  const { AccountSid, To, CallSid, MessageSid, ErrorCode } = c.var.params;
  const route = deps.routingTable.find(text(AccountSid), text(To).replace(/^whatsapp:/, ""));
  const facts = { sid: text(CallSid) || text(MessageSid), errorCode: text(ErrorCode) || undefined };
  if (!route) deps.log.warn({ ...facts, accountSid: text(AccountSid) }, `${what}.nobody_answers`);
  else
    deps.log.info(
      { ...facts, orgId: route.orgId, agentId: route.agentId, urlAgentId: c.req.query("agentId") },
      `${what}.answered`,
    );
  return route;
}

function twiml(c: Context<WebhookEnv>, body: string): Response {
  return c.body(body, 200, { "Content-Type": "text/xml; charset=utf-8" });
}
