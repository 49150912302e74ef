import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { claimedAccount } from "./auth.ts";
import { dispatch } from "./dispatch.ts";
import type { FaultEffect } from "./faults.ts";
import { type Instance, newSid } from "./instance.ts";
import type { LoggedRequest } from "./request-log.ts";
import type { Reply, RestRequest } from "./rest/context.ts";
import type { Router } from "./router.ts";
import { TwilioError } from "./twilio-error.ts";

/** One request on its way through faults and limits. */
interface Exchange {
  readonly instance: Instance;
  readonly request: RestRequest;
  readonly entry: LoggedRequest;
  readonly res: ServerResponse;
  /** Applies the request to the resources and answers what Twilio would. */
  readonly apply: () => Reply;
}

/** The answer to a REST request; null when there will never be one. */
export async function answerRest(
  instance: Instance,
  router: Router,
  request: RestRequest,
  res: ServerResponse,
): Promise<Reply | null> {
  const entry = logEntry(instance, request);
  instance.log.add(entry);
  const apply = () => {
    const reply = dispatch(instance, router, request);
    entry.applied = reply.status < 400;
    return reply;
  };
  const reply = await withinConcurrency({ instance, request, entry, res, apply });
  entry.status = reply?.status ?? null;
  entry.durationMs = instance.options.now() - entry.startedAtMs;
  return reply && { ...reply, headers: { ...standardHeaders(entry), ...reply.headers } };
}

function logEntry(instance: Instance, request: RestRequest): LoggedRequest {
  const now = instance.options.now();
  return {
    id: newSid(instance, "RQ"),
    at: new Date(now).toISOString(),
    method: request.method,
    path: request.path,
    query: Object.fromEntries(request.query),
    params: request.form.size > 0 ? formParams(request.form) : request.json,
    accountSid: countedAccount(instance, request),
    status: null,
    startedAtMs: now,
    durationMs: 0,
    applied: false,
  };
}

function formParams(form: URLSearchParams): Record<string, string | string[]> {
  return Object.fromEntries(
    [...new Set(form.keys())].map((key) => {
      const values = form.getAll(key);
      return [key, values.length === 1 ? (values[0] ?? "") : values];
    }),
  );
}

// Twilio counts a subaccount's requests for the subaccount alone.
function countedAccount(instance: Instance, request: RestRequest): string | null {
  const inPath = /\/Accounts\/(AC\w+)/.exec(request.path)?.[1];
  return inPath ?? claimedAccount(instance.state, request.authorization)?.sid ?? null;
}

async function withinConcurrency(exchange: Exchange): Promise<Reply | null> {
  const { instance, entry } = exchange;
  const key = entry.accountSid ?? "";
  const inFlight = (instance.inFlight.get(key) ?? 0) + 1;
  instance.inFlight.set(key, inFlight);
  try {
    const isOver = inFlight > instance.limits.concurrencyLimit;
    const reply = isOver ? refusal(429, 20429, "Too Many Requests") : await withFaults(exchange);
    return reply && withHeader(reply, "Twilio-Concurrent-Requests", String(inFlight));
  } finally {
    instance.inFlight.set(key, (instance.inFlight.get(key) ?? 1) - 1);
  }
}

async function withFaults(exchange: Exchange): Promise<Reply | null> {
  const { instance, entry } = exchange;
  const effect = instance.faults.take(entry);
  const delayMs = instance.limits.latencyMs + (effect?.kind === "latency" ? effect.ms : 0);
  if (delayMs > 0) await sleep(delayMs, undefined, { signal: instance.closing.signal });
  return effect ? underFault(exchange, effect) : exchange.apply();
}

async function underFault(exchange: Exchange, effect: FaultEffect): Promise<Reply | null> {
  const { instance, res, apply } = exchange;
  if (effect.kind === "error") return errorReply(effect);
  if (effect.kind === "latency") return apply();
  if (effect.kind === "hangThenApply") instance.faults.hold(apply);
  if (effect.kind === "applyThenHang" || effect.kind === "applyThenReset") apply();
  if (effect.kind === "reset" || effect.kind === "applyThenReset") res.destroy();
  return untilClientLeaves(res);
}

function errorReply(effect: Extract<FaultEffect, { kind: "error" }>): Reply {
  const { status, headers = {}, body } = effect;
  if (body !== undefined) return { status, body, headers: { "content-type": "text/html", ...headers } };
  const code = effect.code ?? (status === 429 ? 20429 : 20500);
  return { ...refusal(status, code, effect.message ?? "Injected by the emulator"), headers };
}

const refusal = (status: number, code: number, message: string): Reply => ({
  status,
  body: new TwilioError(status, code, message).toJSON(),
});

function withHeader(reply: Reply, name: string, value: string): Reply {
  return { ...reply, headers: { [name]: value, ...reply.headers } };
}

// The emulator's closing destroys the connections, so this ends then at the latest.
function untilClientLeaves(res: ServerResponse): Promise<null> {
  if (res.destroyed) return Promise.resolve(null);
  return new Promise((resolve) => res.once("close", () => resolve(null)));
}

function standardHeaders(entry: LoggedRequest): Record<string, string> {
  return {
    "Twilio-Request-Id": entry.id,
    "Twilio-Request-Duration": (entry.durationMs / 1000).toFixed(3),
    "X-Api-Domain": "api.twilio.com",
    "X-Home-Region": "us1",
  };
}
