// A call waits for an answer: its agent's, or what the agent has for when it cannot be reached. Never none.
import { createHash } from "node:crypto";
import type { VoiceAnswer } from "../agents/voice-answer.ts";
import { askAgent } from "./agent-endpoint.ts";
import { type AgentFailure, failure } from "./agent-failure.ts";
import { whyNotTwiml } from "./agent-twiml.ts";
import type { Answered } from "./answered.ts";
import type { AnsweringDeps } from "./answering-deps.ts";
import { callContext, fallbackTwiml } from "./call-fallback.ts";
import { reportTraffic } from "./report-traffic.ts";
import { loggedRoute, type Route } from "./route.ts";
import { rejectionTwiml, voiceTwiml } from "./voice-twiml.ts";
import { callReport, type WaitingCall } from "./waiting-call.ts";

export interface CallWebhook {
  readonly call: WaitingCall;
  /** `fallback` when Twilio could not get or use the first answer. */
  readonly attempt: "first" | "fallback";
  /** As it came. */
  readonly rawBody: string;
  /** Twilio's, the same each time that it sends this webhook; empty without one. */
  readonly idempotencyToken: string;
  /** The agent in the URL that Twilio was given. */
  readonly namedAgentId: string | undefined;
}

type WebhookAnswer = Extract<VoiceAnswer, { kind: "webhook" }>;

const NOBODY: Answered = { twiml: rejectionTwiml(), outcome: "nobody" };

export interface AnsweredCall {
  readonly twiml: string;
  /** For the log. */
  readonly facts: Readonly<Record<string, unknown>>;
}

export async function answerCall(deps: AnsweringDeps, webhook: CallWebhook): Promise<AnsweredCall> {
  const { call, attempt, namedAgentId } = webhook;
  const route = deps.routingTable.find(call.accountSid, call.ourNumber);
  const isInbound = call.direction === "inbound";
  // A call that we place is reported where it is placed; but who picked up is told only here, and later in Twilio's record.
  if (isInbound || call.answeredBy !== undefined)
    reportTraffic(deps, callReport(call, route, deps.clock.now()));
  const { twiml, outcome } = route ? await answerBy(deps, route, webhook) : NOBODY;
  deps.metrics.answers.inc({ kind: "call", outcome });
  // A call that goes on, as after a <Gather>, does so at the URL that it began with; that says nothing about the number's.
  if (route && isInbound && call.status === "ringing") deps.answering.staleUrls.note(route, namedAgentId);
  const facts = { sid: call.sid, ...loggedRoute(route), kind: route?.voice.kind, attempt, outcome };
  return { twiml, facts };
}

/** What a caller would hear now. An agent that is asked for its TwiML is not: it could not tell a probe from a call. */
export function probedCallTwiml(deps: AnsweringDeps, { accountSid, ourNumber }: WaitingCall): string {
  const route = deps.routingTable.find(accountSid, ourNumber);
  if (!route) return NOBODY.twiml;
  const { voice } = route;
  return (voice.kind === "webhook" ? fallback(deps, route) : ownAnswer(deps, route, voice)).twiml;
}

async function answerBy(deps: AnsweringDeps, route: Route, webhook: CallWebhook): Promise<Answered> {
  const { voice } = route;
  if (voice.kind === "say" || voice.kind === "reject") return ownAnswer(deps, route, voice);
  // What has failed once may fail again, all but what needs nobody else.
  if (webhook.attempt === "fallback") return fallback(deps, route);
  if (voice.kind !== "webhook") return ownAnswer(deps, route, voice);
  // Only who is asked could answer differently the second time.
  return deps.answering.memory.once(keyOf(webhook), () => askForTwiml(deps, route, voice, webhook));
}

function ownAnswer(
  { publicUrl, answering }: AnsweringDeps,
  route: Route,
  voice: Exclude<VoiceAnswer, WebhookAnswer>,
): Answered {
  const write = () => voiceTwiml(voice, callContext(publicUrl, route, "answer"));
  return { twiml: answering.twimls.of(route, write), outcome: "agent" };
}

function fallback({ publicUrl }: AnsweringDeps, route: Route): Answered {
  return { twiml: fallbackTwiml(publicUrl, route), outcome: "fallback" };
}

/** When an agent's TwiML leads back to us, one call has several webhooks, which differ in their parameters. */
function keyOf({ call, attempt, idempotencyToken, rawBody }: CallWebhook): string {
  const unique = [call.accountSid, call.sid, attempt, idempotencyToken || rawBody];
  return createHash("sha256").update(JSON.stringify(unique)).digest("base64url");
}

async function askForTwiml(
  deps: AnsweringDeps,
  route: Route,
  { url, timeoutMs }: WebhookAnswer,
  webhook: CallWebhook,
): Promise<Answered> {
  const answer = await askAgent(deps, route, {
    about: "call",
    url,
    id: `${webhook.call.sid}_${keyOf(webhook)}`,
    contentType: "application/x-www-form-urlencoded",
    accept: "text/xml, application/xml",
    body: webhook.rawBody,
    timeoutMs,
  });
  if (answer.outcome === "failed") return failed(deps, route, webhook, answer);
  const flaw = whyNotTwiml(answer.body);
  if (flaw !== undefined) return failed(deps, route, webhook, failure("invalid_answer", flaw));
  deps.answering.failingAgents.answered(route, "call");
  return { twiml: answer.body.trim(), outcome: "agent" };
}

function failed(deps: AnsweringDeps, route: Route, { call }: CallWebhook, why: AgentFailure): Answered {
  deps.answering.failingAgents.failed(route, "call", call.sid, why);
  return fallback(deps, route);
}
