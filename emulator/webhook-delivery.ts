import { raiseAlert } from "./alerts.ts";
import { type Instance, randomHex } from "./instance.ts";
import { signWebhook } from "./signature.ts";
import type { WebhookAttempt } from "./traffic-types.ts";
import type { Webhook } from "./webhook.ts";
import { type HttpOutcome, send } from "./webhook-http.ts";
import { parseTarget, signedAddress, type WebhookTarget, withQuery } from "./webhook-target.ts";

const MAX_REDIRECTS = 10;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** A webhook on its way, over all its attempts. */
interface Dispatch {
  readonly instance: Instance;
  readonly webhook: Webhook;
  readonly target: WebhookTarget;
  /** One for all attempts: that is how a receiver recognises a retry. */
  readonly idempotencyToken: string;
  /** On the clock of `performance.now()`. */
  readonly deadlineMs: number;
}

/**
 * Sends a webhook as its URL's policy says, and records an alert when it fails for good. Answers every attempt, the
 * last of which is the outcome: `errorCode` null means 2xx.
 */
export async function deliver(
  instance: Instance,
  webhook: Webhook,
  idempotencyToken = randomHex(instance, 32),
): Promise<WebhookAttempt[]> {
  const target = parseTarget(webhook.url, instance.options.webhookTimeoutMs);
  const { totalMs, retries } = target.policy;
  const deadlineMs = performance.now() + totalMs;
  const dispatch = { instance, webhook, target, idempotencyToken, deadlineMs };
  const attempts: WebhookAttempt[] = [];
  for (let attempt = 1; attempt <= retries + 1; attempt++) {
    const { record, retryCause } = await tryOnce(dispatch, attempt);
    attempts.push(record);
    if (!isRetried(target, retryCause) || performance.now() >= deadlineMs) break;
  }
  const last = attempts.at(-1);
  if (last?.errorCode) alertAbout(instance, webhook, last);
  return attempts;
}

export function alertAbout(instance: Instance, webhook: Webhook, attempt: WebhookAttempt): void {
  raiseAlert(instance, {
    accountSid: webhook.accountSid,
    resourceSid: webhook.resourceSid,
    errorCode: attempt.errorCode ?? 12_400,
    method: attempt.method,
    url: attempt.url,
    text: attempt.error ?? `HTTP ${attempt.status}`,
  });
}

function isRetried({ policy }: WebhookTarget, cause: string | null): boolean {
  return cause !== null && (policy.retryOn.has(cause) || policy.retryOn.has("all"));
}

interface Attempted {
  readonly record: WebhookAttempt;
  /** Null when there is nothing to retry. */
  readonly retryCause: string | null;
}

async function tryOnce(dispatch: Dispatch, attempt: number): Promise<Attempted> {
  const { kind, method, params } = dispatch.webhook;
  const { url } = dispatch.target;
  const startedMs = performance.now();
  const outcome = await follow(dispatch);
  const durationMs = Math.round(performance.now() - startedMs);
  const record = { kind, url, method, params: { ...params }, attempt, durationMs, ...judge(outcome) };
  return { record, retryCause: retryCauseOf(outcome) };
}

function judge(outcome: HttpOutcome) {
  if (outcome.kind === "failure") {
    const { message, errorCode } = outcome;
    return { status: null, contentType: null, body: null, error: message, errorCode };
  }
  const { status, contentType, body } = outcome;
  const isSuccess = status >= 200 && status < 300;
  // Twilio has a newer 11217 for the same thing; 11200 is what its Debugger has shown for years.
  return {
    status,
    contentType,
    body,
    error: isSuccess ? null : `HTTP ${status}`,
    errorCode: isSuccess ? null : 11200,
  };
}

function retryCauseOf(outcome: HttpOutcome): string | null {
  if (outcome.kind === "failure") return outcome.cause;
  if (outcome.status >= 500) return "5xx";
  return outcome.status >= 400 ? "4xx" : null;
}

/** Follows redirects. A 301, 302 or 303 becomes a GET and loses its parameters. */
async function follow(dispatch: Dispatch): Promise<HttpOutcome> {
  const { instance, webhook, target } = dispatch;
  let request: Signable = { ...webhook, url: target.url };
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    const totalMs = dispatch.deadlineMs - performance.now();
    const signedRequest = sign(instance, request, dispatch.idempotencyToken);
    const outcome = await send(instance, signedRequest, { ...target.policy, totalMs });
    const isRedirect = outcome.kind === "answer" && REDIRECTS.has(outcome.status);
    if (!isRedirect || !outcome.location) return outcome;
    const url = new URL(outcome.location, request.url).href;
    request = outcome.status > 303 ? { ...request, url } : { ...request, url, method: "GET", params: {} };
  }
  return { kind: "failure", cause: "rt", errorCode: 11215, message: "Too many redirects" };
}

type Signable = Pick<Webhook, "url" | "method" | "params" | "accountSid" | "product">;

function sign(
  instance: Instance,
  { url, method, params, accountSid, product }: Signable,
  idempotencyToken: string,
) {
  const authToken = instance.state.accounts.get(accountSid)?.auth_token ?? "";
  const hasBody = method !== "GET";
  const address = hasBody || Object.keys(params).length === 0 ? url : withQuery(url, params);
  const signature = signWebhook({
    url: signedAddress(address, product),
    params: hasBody ? params : {},
    authToken,
  });
  return {
    url: address,
    method,
    body: hasBody ? new URLSearchParams(params).toString() : "",
    headers: {
      "User-Agent": "TwilioProxy/1.1",
      Accept: "*/*",
      "X-Twilio-Signature": signature,
      "I-Twilio-Idempotency-Token": idempotencyToken,
      ...(hasBody && { "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8" }),
    },
  };
}
