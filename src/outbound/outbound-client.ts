/**
 * Requests to addresses that tenants choose: the webhooks of their agents, the sinks of their usage. Any of them may be
 * hostile, so a request reaches public addresses only, takes bounded time, memory and connections, and shows a stranger
 * nothing that was meant for another. Everything that goes to such an address goes through here.
 *
 * What is refused, and what is not covered: docs/decisions/0009-requests-to-addresses-that-tenants-choose.md
 */
import { Agent, type Dispatcher } from "undici";
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/log.ts";
import { type AllowedHost, parseAllowedHosts, whyUrlRefused } from "./address-policy.ts";
import { guardedConnector } from "./guarded-connector.ts";
import { type Lookup, nameServerLookup, systemLookup } from "./name-lookup.ts";
import { failed, failureFrom, type OutboundAnswer, timedOut } from "./outbound-answer.ts";
import type { Hop } from "./redirect.ts";
import { type Reply, readReply } from "./reply.ts";

export interface OutboundClientOptions {
  /** Hosts that may resolve to anything and may use http, as `host` or `host:port`: see `parseAllowedHosts`. */
  readonly allowedPrivateHosts: readonly string[];
  readonly clock: Clock;
  readonly log?: Logger;
  /** In place of both ways in which names are looked up; see name-lookup.ts. */
  readonly lookup?: Lookup;
  /** Further requests of a lane to the same scheme, host and port wait for one of these, within their deadline. */
  readonly maxConnectionsPerOrigin?: number;
}

/**
 * What requests are for. Each lane has connections of its own: agents think for up to a minute about a message, and a call
 * that the same origin answers must not wait for them, nor must either for deliveries.
 */
export type Lane = "call" | "message" | "delivery";

export interface OutboundRequest {
  readonly lane: Lane;
  readonly url: string;
  readonly method: Hop["method"];
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** From the first name to look up to the last byte of the answer, over all redirects. */
  readonly timeoutMs: number;
  readonly maxResponseBytes: number;
  /** The status is what counts: a body that is larger or breaks off is left at its beginning, a compressed one unread. */
  readonly isBodyOptional?: boolean;
  readonly maxRedirects?: number;
  readonly signal?: AbortSignal;
}

const MAX_CONNECTIONS_PER_ORIGIN = 100;
const MAX_REDIRECTS = 3;
const MAX_HEADER_BYTES = 16 * 1024;
/** However long the other side offers to keep an idle connection. */
const MAX_KEEP_ALIVE_MS = 30_000;

interface Journey {
  readonly answer: OutboundAnswer;
  /** How many requests were made, refused ones included. */
  readonly hops: number;
}

export class OutboundClient {
  readonly #allowed: readonly AllowedHost[];
  readonly #agents: Readonly<Record<Lane, Agent>>;
  readonly #clock: Clock;
  readonly #log: Logger | undefined;

  /** @throws AppError `invalid_configuration` when `allowedPrivateHosts` has an entry that names no single host */
  constructor(options: OutboundClientOptions) {
    const { lookup, maxConnectionsPerOrigin = MAX_CONNECTIONS_PER_ORIGIN } = options;
    this.#allowed = parseAllowedHosts(options.allowedPrivateHosts);
    this.#clock = options.clock;
    this.#log = options.log;
    const connect = guardedConnector(this.#allowed, {
      ofAllowed: lookup ?? systemLookup,
      ofOthers: lookup ?? nameServerLookup(),
    });
    const newAgent = () =>
      new Agent({
        connect,
        connections: maxConnectionsPerOrigin,
        maxHeaderSize: MAX_HEADER_BYTES,
        keepAliveMaxTimeout: MAX_KEEP_ALIVE_MS,
      });
    this.#agents = { call: newAgent(), message: newAgent(), delivery: newAgent() };
  }

  /**
   * Sends a request once and follows its redirects. It is never repeated here: only the caller knows whether a second
   * one does harm. Failures of the other side are outcomes.
   *
   * @throws the reason of `signal` when it aborts, and an Error for headers that cannot be written
   */
  async request(request: OutboundRequest): Promise<OutboundAnswer> {
    const startedAt = this.#clock.now();
    let journey: Journey | undefined;
    try {
      journey = await this.#follow(request);
      return journey.answer;
    } finally {
      this.#logRequest(request, startedAt, journey);
    }
  }

  /**
   * Takes no more requests, and resolves when those under way have ended: each at its deadline at the latest, or, where
   * not even a connection came about, when the attempt to make one is given up.
   */
  async close(): Promise<void> {
    const open = Object.values(this.#agents).filter(({ closed }) => !closed);
    await Promise.all(open.map((agent) => agent.close()));
  }

  #logRequest({ url }: OutboundRequest, startedAt: Date, journey: Journey | undefined): void {
    const { answer, hops } = journey ?? {};
    const status = answer?.outcome === "answered" ? answer.status : 0;
    const outcome = answer?.outcome === "failed" ? answer.reason : (answer?.outcome ?? "aborted");
    const durationMs = this.#clock.now().getTime() - startedAt.getTime();
    this.#log?.info({ host: URL.parse(url)?.host, status, outcome, durationMs, hops }, "outbound.request");
  }

  async #follow(request: OutboundRequest): Promise<Journey> {
    const { maxRedirects = MAX_REDIRECTS } = request;
    const deadline = AbortSignal.timeout(request.timeoutMs);
    let hop = firstHop(request);
    for (let hops = 1; ; hops++) {
      const reply = await this.#send(hop, request, deadline);
      if (reply.outcome !== "redirected") return { answer: hops > 1 ? afterRedirect(reply) : reply, hops };
      if (hops > maxRedirects) return { answer: tooManyRedirects(maxRedirects), hops };
      hop = reply.hop;
    }
  }

  async #send(hop: Hop, request: OutboundRequest, deadline: AbortSignal): Promise<Reply> {
    const refusal = whyUrlRefused(this.#allowed, hop.url);
    if (refusal !== undefined) return failed("refused_address", refusal);
    const { hostname } = new URL(hop.url);
    const signal = request.signal ? AbortSignal.any([request.signal, deadline]) : deadline;
    try {
      signal.throwIfAborted();
      const response = await orAborted(signal, this.#dispatch(hop, request, signal));
      const { maxResponseBytes, isBodyOptional = false } = request;
      return await readReply(response, hop, { maxResponseBytes, isBodyOptional, signal });
    } catch (error) {
      request.signal?.throwIfAborted();
      if (deadline.aborted) return timedOut(request.timeoutMs);
      const failure = failureFrom(error, hostname);
      if (!failure) throw error;
      return failure;
    }
  }

  #dispatch(
    hop: Hop,
    { lane, timeoutMs }: OutboundRequest,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    const { origin, pathname, search } = new URL(hop.url);
    const { method, headers, body } = hop;
    return this.#agents[lane].request({
      origin,
      path: pathname + search,
      method,
      headers,
      body,
      signal,
      // The deadline comes first; these only make sure that nothing of undici's outlives it.
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    });
  }
}

function firstHop({ url, method, headers, body }: OutboundRequest): Hop {
  const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    url,
    method,
    headers: { "user-agent": "Switchhook", ...Object.fromEntries(named), "accept-encoding": "identity" },
    body,
  };
}

function afterRedirect(answer: OutboundAnswer): OutboundAnswer {
  if (answer.outcome === "answered") return answer;
  return { ...answer, detail: `After a redirect: ${answer.detail}` };
}

function tooManyRedirects(maxRedirects: number): OutboundAnswer {
  return failed(
    "too_many_redirects",
    `The address redirects more than ${maxRedirects} times, perhaps in a circle.`,
  );
}

/**
 * undici looks at the signal of a request only once it has a connection, and would let name servers, handshakes and
 * others that wait for the same origin outlast the deadline. It gives up such a request afterwards, and never sends it.
 */
async function orAborted<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
