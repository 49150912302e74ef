// Twilio asks what to do with a call or a message; we answer in TwiML. Imports neither a service nor the REST client: a
// number must be answered while Twilio's API, or the rest of us, is down.
import { setImmediate } from "node:timers/promises";
import { type Context, Hono } from "hono";
import { verifiedWebhook, type WebhookEnv } from "../accounts/verified-webhook.ts";
import { WEBHOOK_PATHS } from "../twilio/webhook-urls.ts";
import type { AnsweringDeps } from "./answering-deps.ts";
import { answerCall, type CallWebhook, probedCallTwiml } from "./call-answering.ts";
import { continueCall, endedWebhook } from "./call-ended.ts";
import { inboundMessage } from "./inbound-message.ts";
import { answerMessage } from "./message-answering.ts";
import { EMPTY_MESSAGE_TWIML, EMPTY_VOICE_TWIML } from "./twiml.ts";
import { rejectionTwiml } from "./voice-twiml.ts";
import { waitingCall } from "./waiting-call.ts";

type WebhookContext = Context<WebhookEnv>;

export function answeringRoutes(deps: AnsweringDeps): Hono<WebhookEnv> {
  const verified = verifiedWebhook(deps);
  const routes = new Hono<WebhookEnv>();
  routes.post(WEBHOOK_PATHS.voice, verified, (c) => call(deps, c, "first"));
  routes.post(WEBHOOK_PATHS.voiceFallback, verified, (c) => call(deps, c, "fallback"));
  routes.post(WEBHOOK_PATHS.voiceEnded, verified, (c) => endOfCall(deps, c));
  routes.post(WEBHOOK_PATHS.message, verified, (c) => message(deps, c));
  routes.post(WEBHOOK_PATHS.messageFallback, verified, (c) => message(deps, c));
  return routes;
}

async function call(deps: AnsweringDeps, c: WebhookContext, attempt: CallWebhook["attempt"]) {
  const waiting = waitingCall(c.get("params"));
  if (!waiting) return twiml(c, rejectionTwiml());
  if (c.get("isProbe")) return twiml(c, probedCallTwiml(deps, waiting));
  const webhook = {
    call: waiting,
    attempt,
    rawBody: await c.req.text(),
    idempotencyToken: c.req.header("i-twilio-idempotency-token") ?? "",
    namedAgentId: c.req.query("agentId"),
  };
  const answered = await answerCall(deps, webhook);
  c.set("logged", { event: "call.answered", facts: answered.facts });
  return twiml(c, answered.twiml);
}

function endOfCall(deps: AnsweringDeps, c: WebhookContext) {
  const waiting = waitingCall(c.get("params"));
  if (!waiting) return twiml(c, EMPTY_VOICE_TWIML);
  const webhook = endedWebhook(waiting, c.get("params"), c.req.query("after"));
  return twiml(c, continueCall(deps, webhook));
}

async function message(deps: AnsweringDeps, c: WebhookContext) {
  const inbound = inboundMessage(c.get("params"));
  if (!inbound || c.get("isProbe")) return twiml(c, EMPTY_MESSAGE_TWIML);
  return twiml(c, await answerMessage(deps, inbound, c.req.query("agentId")));
}

/**
 * Answers when everything that the sockets have by now is read. Each answer that is written wakes whoever waits for it, and
 * where processors are few that takes ours away; so a busy server reads many requests, and then writes as many answers.
 */
async function twiml(c: WebhookContext, body: string): Promise<Response> {
  await setImmediate();
  return c.body(body, 200, { "Content-Type": "text/xml; charset=utf-8" });
}
