// Twilio asks what to do with a call or a message; we answer in TwiML. Imports neither a service nor the REST client: a
// number must be answered while Twilio's API, or the rest of us, is down.
import { type Context, Hono } from "hono";
import { text, verifiedWebhook, type WebhookDeps, type WebhookEnv } from "../accounts/verified-webhook.ts";
import { WEBHOOK_PATHS } from "../twilio/webhook-urls.ts";
import { findRoute, type Route } from "./routing-store.ts";
import { messageTwiml, voiceTwiml } from "./twiml.ts";

const NOBODY_ANSWERS = voiceTwiml({ kind: "reject", reason: "rejected" });
const NO_REPLY = messageTwiml({ kind: "none" });

export function answeringRoutes(deps: WebhookDeps): Hono<WebhookEnv> {
  const routes = new Hono<WebhookEnv>();
  for (const path of [WEBHOOK_PATHS.voice, WEBHOOK_PATHS.voiceFallback]) {
    routes.post(path, verifiedWebhook(deps), async (c) => {
      const route = await routeOf(deps, c, "call");
      return twiml(c, route ? voiceTwiml(route.voice) : NOBODY_ANSWERS);
    });
  }
  for (const path of [WEBHOOK_PATHS.message, WEBHOOK_PATHS.messageFallback]) {
    routes.post(path, verifiedWebhook(deps), async (c) => {
      const route = await routeOf(deps, c, "message");
      return twiml(c, route ? messageTwiml(route.messaging) : NO_REPLY);
    });
  }
  return routes;
}

async function routeOf(
  deps: WebhookDeps,
  c: Context<WebhookEnv>,
  what: "call" | "message",
): Promise<Route | undefined> {
  const { AccountSid, To, CallSid, MessageSid, ErrorCode } = c.var.params;
  const route = await findRoute(deps.db, text(AccountSid), text(To).replace(/^whatsapp:/, ""));
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
