// One request and what comes back for it, read defensively. By undici's own request: fetch takes about twice the processor
// time for it, and a batch makes one for each of its numbers.
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { type Dispatcher, request as send } from "undici";
import type { Clock } from "../base/clock.ts";
import type { OutgoingRequest } from "./outgoing-request.ts";
import { TwilioError } from "./twilio-error.ts";

export interface Exchange {
  /** 0 without an answer. */
  readonly status: number;
  readonly outcome: Answer | TwilioError;
  /** How many requests the account had under way with this one, by Twilio's count. */
  readonly account: number | undefined;
}

interface Answer {
  readonly statusCode: number;
  readonly body: string;
  readonly headers: Record<string, string>;
}

/** Sends a request, once, and follows no redirection. Never throws: that there is no answer is an outcome as well. */
export async function exchange(
  { clock, dispatcher }: { readonly clock: Pick<Clock, "now">; readonly dispatcher: Dispatcher },
  request: OutgoingRequest,
  timeoutMs: number,
): Promise<Exchange> {
  const isRead = request.method === "GET";
  try {
    const response = await send(request.url, {
      method: request.method,
      headers: { ...request.headers, "accept-encoding": "gzip" },
      body: request.body,
      signal: AbortSignal.timeout(timeoutMs),
      dispatcher,
    });
    const { statusCode } = response;
    const answer = { statusCode, body: await textOf(response), headers: singleHeaders(response.headers) };
    const account = positive(answer.headers["twilio-concurrent-requests"]);
    const isOk = statusCode >= 200 && statusCode < 300;
    return {
      status: statusCode,
      account,
      outcome: isOk ? answer : errorFromAnswer(answer, isRead, clock.now()),
    };
  } catch (cause) {
    // Without an answer nobody knows whether a write took effect. A read never does, nor what has not left.
    const message = `No answer within ${timeoutMs} ms, or the connection was lost`;
    const facts = { status: 0, isAmbiguous: !isRead && !wasNeverSent(cause) };
    return { status: 0, account: undefined, outcome: new TwilioError(message, facts, { cause }) };
  }
}

/** A list's page of a thousand is a megabyte and a half of text, so it is asked for compressed. */
async function textOf({ headers, body }: Dispatcher.ResponseData): Promise<string> {
  if (headers["content-encoding"] !== "gzip") return body.text();
  const bytes = await promisify(gunzip)(await body.bytes());
  return bytes.toString();
}

/** There was no connection to send it on. */
const NEVER_CONNECTED = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"]);

function wasNeverSent(error: unknown): boolean {
  return error instanceof Error && "code" in error && NEVER_CONNECTED.has(String(error.code));
}

/** As the SDK's type has them. */
function singleHeaders(headers: Dispatcher.ResponseData["headers"]): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value ?? "")]));
}

function errorFromAnswer({ statusCode, body, headers }: Answer, isRead: boolean, now: Date): TwilioError {
  const { code, message } = parseErrorBody(body);
  return new TwilioError(message ?? `HTTP ${statusCode}`, {
    status: statusCode,
    twilioCode: code,
    twilioRequestId: headers["twilio-request-id"],
    retryAfterMs: parseRetryAfter(headers["retry-after"], now),
    // A 429 was never processed; a 5xx to a write may have been.
    isAmbiguous: !isRead && statusCode >= 500,
  });
}

/** Seconds or a date. Twilio documents none, so whatever else it may be is left alone. */
function parseRetryAfter(value: string | undefined, now: Date): number | undefined {
  if (value === undefined) return undefined;
  const seconds = Number(value);
  const waitMs = Number.isNaN(seconds) ? Date.parse(value) - now.getTime() : seconds * 1_000;
  return positive(waitMs);
}

function positive(value: string | number | undefined): number | undefined {
  const number = Number(value);
  return number > 0 && Number.isFinite(number) ? number : undefined;
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
