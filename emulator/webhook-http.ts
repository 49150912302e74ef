import { type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { readText } from "./http-message.ts";
import type { Instance } from "./instance.ts";

export interface OutgoingRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Limits {
  readonly connectMs: number;
  readonly readMs: number;
  readonly totalMs: number;
}

/** `cause` is the retry policy's word for the failure: no connection (ct) or no answer (rt). */
export type HttpOutcome =
  | { kind: "answer"; status: number; contentType: string | null; location: string | null; body: string }
  | { kind: "failure"; cause: "ct" | "rt"; errorCode: number; message: string };

/** One HTTP exchange within its limits, without following redirects. Never rejects. */
export async function send(
  instance: Instance,
  request: OutgoingRequest,
  limits: Limits,
): Promise<HttpOutcome> {
  try {
    return await exchange(instance, request, limits);
  } catch (error) {
    // The other side closed a kept connection just then: it has not seen the request, so it is sent once more.
    if (error instanceof StaleConnection) return exchange(instance, request, limits, false).catch(asFailure);
    return asFailure(error);
  }
}

function exchange(
  instance: Instance,
  request: OutgoingRequest,
  limits: Limits,
  reuse = true,
): Promise<HttpOutcome> {
  return new Promise((resolve, reject) => {
    const req = open(instance, request, reuse);
    const timers = watch(req, limits);
    const settle = (finish: () => void) => {
      for (const timer of timers) clearTimeout(timer);
      finish();
    };
    req.once("error", (error) => settle(() => reject(isStale(req, error) ? new StaleConnection() : error)));
    req.once("response", (res) => {
      read(res).then(
        (outcome) => settle(() => resolve(outcome)),
        (error: Error) => settle(() => reject(error)),
      );
    });
    req.end(request.body);
  });
}

class StaleConnection extends Error {}

function isStale(req: ClientRequest, error: Error): boolean {
  return req.reusedSocket && "code" in error && error.code === "ECONNRESET";
}

function open(instance: Instance, request: OutgoingRequest, reuse: boolean): ClientRequest {
  const url = new URL(request.url);
  const isSecure = url.protocol === "https:";
  const start = isSecure ? httpsRequest : httpRequest;
  return start({
    method: request.method,
    hostname: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port || (isSecure ? 443 : 80),
    path: pathAsWritten(request.url, url),
    auth: url.username ? `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}` : null,
    headers: { ...request.headers, "Content-Length": Buffer.byteLength(request.body) },
    agent: reuse && (isSecure ? instance.agents.https : instance.agents.http),
    signal: instance.closing.signal,
  });
}

// The receiver checks the signature against what it sees, so the query must not be re-encoded on the way.
function pathAsWritten(text: string, url: URL): string {
  const written = /^\w+:\/\/[^/?#]*([^#]*)/.exec(text)?.[1] ?? "";
  const path = written.startsWith("/") ? written : `/${written}`;
  return /^[\x21-\x7e]*$/.test(path) ? path : url.pathname + url.search;
}

// Two clocks besides the total one: how long the connection may take, and how long the other side may be silent.
function watch(req: ClientRequest, limits: Limits): NodeJS.Timeout[] {
  const fail = (cause: "ct" | "rt", message: string) => () =>
    req.destroy(new DeliveryTimeout(cause, message));
  const connecting = setTimeout(fail("ct", "connect timeout"), limits.connectMs);
  req.once("socket", (socket) => {
    if (socket.connecting) socket.once("connect", () => clearTimeout(connecting));
    else clearTimeout(connecting);
  });
  req.setTimeout(limits.readMs, fail("rt", "read timeout"));
  return [connecting, setTimeout(fail("rt", "total timeout"), Math.max(limits.totalMs, 1))];
}

async function read(res: IncomingMessage): Promise<HttpOutcome> {
  const body = await readText(res);
  const contentType = res.headers["content-type"] ?? null;
  return {
    kind: "answer",
    status: res.statusCode ?? 0,
    contentType,
    location: res.headers.location ?? null,
    body,
  };
}

class DeliveryTimeout extends Error {
  readonly retryCause: "ct" | "rt";

  constructor(retryCause: "ct" | "rt", message: string) {
    super(message);
    this.retryCause = retryCause;
  }
}

function asFailure(error: unknown): HttpOutcome {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof DeliveryTimeout)
    return { kind: "failure", cause: error.retryCause, errorCode: 11205, message };
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return { kind: "failure", ...classify(code), message: message || code };
}

function classify(code: string): { cause: "ct" | "rt"; errorCode: number } {
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return { cause: "ct", errorCode: 11210 };
  if (/^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT)$/.test(code))
    return { cause: "ct", errorCode: 11205 };
  if (/TLS|SSL|CERT|SIGNED|EPROTO/.test(code)) return { cause: "ct", errorCode: 11220 };
  return { cause: "rt", errorCode: code.startsWith("HPE_") ? 11206 : 11200 };
}
