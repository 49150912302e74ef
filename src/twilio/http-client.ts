// The official SDK's requests as they really go out: with a deadline, bounded retries and one log line each.
import RequestClient from "twilio/lib/base/RequestClient.js";
import { backoffMs } from "../base/backoff.ts";
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/log.ts";
import type { Metrics } from "../base/metrics.ts";
import { buildRequest, type OutgoingRequest, type RequestOptions } from "./outgoing-request.ts";
import { TwilioError } from "./twilio-error.ts";

export interface HttpClientDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
}

export interface HttpClientOptions {
  /** Replaces the origin of every https://PRODUCT.twilio.com, for an emulator or a proxy. */
  readonly baseUrl: string | undefined;
  /** How long one attempt may take. */
  readonly attemptTimeoutMs: number;
}

const MAX_ATTEMPTS = 4;
/** No further attempt starts after this. */
const DEADLINE_MS = 15_000;
const BACKOFF = { firstMs: 200, maxMs: 3_000 };

interface Answer {
  readonly statusCode: number;
  readonly body: string;
  readonly headers: Record<string, string>;
}

export class TwilioHttpClient extends RequestClient {
  readonly #deps: HttpClientDeps;
  readonly #options: HttpClientOptions;

  constructor(deps: HttpClientDeps, options: HttpClientOptions) {
    super();
    this.#deps = deps;
    this.#options = options;
  }

  /** Sends a request of the SDK's. @throws TwilioError for every answer that is not 2xx, and for none at all */
  override async request<T>(options: RequestOptions): ReturnType<typeof RequestClient.prototype.request<T>> {
    const request = buildRequest(options, this.#options.baseUrl);
    const giveUpAt = this.#deps.clock.now().getTime() + DEADLINE_MS;
    let mayHaveLanded = false;
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#attempt(request, attempt);
      // The SDK parses the body itself; what its types call T is a string here, as its own client returns it.
      if (!(outcome instanceof TwilioError)) return { ...outcome, body: outcome.body as T };
      const delayMs = backoffMs(attempt, this.#deps.clock.random(), BACKOFF);
      const isLast = attempt >= MAX_ATTEMPTS || this.#deps.clock.now().getTime() + delayMs >= giveUpAt;
      // A definite refusal of this attempt says nothing about an earlier one, which may still land.
      mayHaveLanded ||= outcome.isAmbiguous;
      if (isLast || !mayRepeat(request.method, request.url, outcome))
        throw mayHaveLanded ? outcome.asAmbiguous() : outcome;
      await this.#deps.clock.sleep(delayMs);
    }
  }

  async #attempt(request: OutgoingRequest, attempt: number): Promise<Answer | TwilioError> {
    const startedAt = this.#deps.clock.now().getTime();
    const outcome = await send(request, this.#options.attemptTimeoutMs);
    const durationMs = this.#deps.clock.now().getTime() - startedAt;
    const status = outcome instanceof TwilioError ? outcome.status : outcome.statusCode;
    this.#deps.metrics.twilioRequests.inc({ method: request.method, status });
    this.#deps.metrics.twilioSeconds.observe({ method: request.method }, durationMs / 1_000);
    this.#deps.log.info(
      { method: request.method, path: new URL(request.url).pathname, status, attempt, durationMs },
      "twilio.request",
    );
    return outcome;
  }
}

async function send(request: OutgoingRequest, timeoutMs: number): Promise<Answer | TwilioError> {
  const isRead = request.method === "GET";
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: request.headers,
      body: request.body,
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
    });
    const body = await response.text();
    const headers = Object.fromEntries(response.headers);
    if (response.ok) return { statusCode: response.status, body, headers };
    return errorFromAnswer({ statusCode: response.status, body, headers }, isRead);
  } catch (cause) {
    // Without an answer nobody knows whether a write took effect. A read never does, nor what has not left.
    const message = `No answer within ${timeoutMs} ms, or the connection was lost`;
    return new TwilioError(message, { status: 0, isAmbiguous: !isRead && !wasNeverSent(cause) }, { cause });
  }
}

/** There was no connection to send it on. */
const NEVER_CONNECTED = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"]);

function wasNeverSent(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && "code" in cause && NEVER_CONNECTED.has(String(cause.code));
}

function errorFromAnswer(answer: Answer, isRead: boolean): TwilioError {
  const { code, message } = parseErrorBody(answer.body);
  return new TwilioError(message ?? `HTTP ${answer.statusCode}`, {
    status: answer.statusCode,
    ...(code === undefined ? {} : { twilioCode: code }),
    ...(answer.headers["twilio-request-id"] === undefined
      ? {}
      : { twilioRequestId: answer.headers["twilio-request-id"] }),
    // A 429 was never processed; a 5xx to a write may have been.
    isAmbiguous: !isRead && answer.statusCode >= 500,
  });
}

/** Twilio's error document, read defensively: gateways answer in HTML, and old resources leave members out. */
function parseErrorBody(body: string): { code?: number; message?: string } {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed !== "object" || parsed === null) return {};
    return {
      ...("code" in parsed && typeof parsed.code === "number" ? { code: parsed.code } : {}),
      ...("message" in parsed && typeof parsed.message === "string" ? { message: parsed.message } : {}),
    };
  } catch {
    return {};
  }
}

/**
 * Whether sending the request once more is safe and of use. 429 was never processed. Reads change nothing, and a POST
 * to an instance (its path ends in a SID) sets the same values again; a POST to a list creates, and a lost answer to
 * an update is for the caller to look into.
 */
function mayRepeat(method: string, url: string, error: TwilioError): boolean {
  if (error.status === 429) return true;
  if (method === "GET") return error.status === 0 || error.status >= 500;
  const isInstance = /\/[A-Z]{2}[0-9a-f]{32}(\.json)?$/i.test(new URL(url).pathname);
  return isInstance && error.status >= 500;
}
