// The official SDK's requests as they really go out: in their turn, with a deadline, bounded retries and one log line each.
import RequestClient from "twilio/lib/base/RequestClient.js";
import type { Dispatcher } from "undici";
import { backoffMs } from "../base/backoff.ts";
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/log.ts";
import type { Metrics } from "../base/metrics.ts";
import { type Exchange, exchange } from "./exchange.ts";
import { buildRequest, kindOf, type OutgoingRequest, type RequestOptions } from "./outgoing-request.ts";
import type { Feedback, Priority, RequestGate, Turn } from "./request-gate.ts";
import type { RequestGates } from "./request-gates.ts";
import { TwilioError } from "./twilio-error.ts";

export interface HttpClientDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly gates: RequestGates;
  /** Keeps the connections. */
  readonly dispatcher: Dispatcher;
}

export interface HttpClientOptions {
  /** Replaces the origin of every https://PRODUCT.twilio.com, for an emulator or a proxy. */
  readonly baseUrl: string | undefined;
  /** How long one attempt may take. */
  readonly attemptTimeoutMs: number;
  /** No attempt starts after this, whatever it waited for, but for a batch's read. 15 seconds unless set. */
  readonly deadlineMs?: number | undefined;
}

/** For whom requests are made. */
export interface ClientUse {
  /** `interactive` unless set: somebody waits for it. */
  readonly priority?: Priority | undefined;
  /** Once it aborts, nothing more is sent; what was sent is waited for. */
  readonly signal?: AbortSignal | undefined;
}

const MAX_ATTEMPTS = 4;
// Operations count on it: with the last attempt's own time, this is less than the window in which a write may land late.
const DEADLINE_MS = 15_000;
/**
 * How long a batch's read waits for its first turn, before its deadline begins: nobody waits for it, and Twilio may have asked
 * for a pause. Less than a lease. A write waits no longer than any other, for the sake of its window.
 */
const BATCH_READ_WAIT_MS = 40_000;
const BACKOFF = { firstMs: 200, maxMs: 3_000 };

interface Deadline {
  /** Milliseconds since the epoch, by the clock. */
  readonly atMs: number;
  readonly signal: AbortSignal;
}

export class TwilioHttpClient extends RequestClient {
  readonly #deps: HttpClientDeps;
  readonly #options: HttpClientOptions;
  readonly #accountSid: string;
  readonly #use: ClientUse;

  constructor(deps: HttpClientDeps, options: HttpClientOptions, accountSid: string, use: ClientUse = {}) {
    super();
    this.#deps = deps;
    this.#options = options;
    this.#accountSid = accountSid;
    this.#use = use;
  }

  /** Sends a request of the SDK's. @throws TwilioError for every answer that is not 2xx, and for none at all */
  override async request<T>(options: RequestOptions): ReturnType<typeof RequestClient.prototype.request<T>> {
    const request = buildRequest(options, this.#options.baseUrl);
    const { clock } = this.#deps;
    const { deadlineMs = DEADLINE_MS } = this.#options;
    const isPatient = this.#use.priority === "batch" && request.method === "GET";
    const first = isPatient ? await this.#turn(this.#deadline(BATCH_READ_WAIT_MS), undefined) : undefined;
    const deadline = this.#deadline(deadlineMs);
    let failure: TwilioError | undefined;
    for (let attempt = 1; ; attempt++) {
      const turn = (attempt === 1 && first) || (await this.#turn(deadline, failure));
      try {
        const outcome = await this.#attempt(request, attempt, turn);
        // The SDK parses the body itself; what its types call T is a string here, as its own client returns it.
        if (!(outcome instanceof TwilioError)) return { ...outcome, body: outcome.body as T };
        // A definite refusal of this attempt says nothing about an earlier one, which may still land.
        failure = failure?.isAmbiguous ? outcome.asAmbiguous() : outcome;
        // On top of what Twilio asks for, which it may ask of many at once.
        const delayMs = (outcome.retryAfterMs ?? 0) + backoffMs(attempt, clock.random(), BACKOFF);
        const isLast = attempt >= MAX_ATTEMPTS || clock.now().getTime() + delayMs >= deadline.atMs;
        if (isLast || !mayRepeat(request.method, request.url, outcome)) throw failure;
        // In its place: what Twilio refuses must not be followed at once by the next. An abort shows at the next turn.
        await clock.sleep(delayMs, deadline.signal).catch(() => {});
      } finally {
        turn.leave();
      }
    }
  }

  #deadline(timeoutMs: number): Deadline {
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = this.#use.signal ? AbortSignal.any([timeout, this.#use.signal]) : timeout;
    return { atMs: this.#deps.clock.now().getTime() + timeoutMs, signal };
  }

  /** @throws TwilioError: the last failure, or that there was no attempt */
  async #turn({ atMs, signal }: Deadline, failure: TwilioError | undefined): Promise<Turn> {
    const { priority = "interactive" } = this.#use;
    const { clock, metrics } = this.#deps;
    const since = clock.now().getTime();
    try {
      const turn = await this.#gate.enter(priority, signal);
      // In a process that stood still, the answers that have come meanwhile let others in before any timer has its turn.
      // What waited here may not be ours to write any more.
      if (clock.now().getTime() < atMs) return turn;
      turn.leave();
      throw new Error("The deadline had passed when its turn came.");
    } catch (cause) {
      throw failure ?? neverSent(cause);
    } finally {
      metrics.twilioWaitSeconds.observe({ priority }, (clock.now().getTime() - since) / 1_000);
    }
  }

  get #gate(): RequestGate {
    return this.#deps.gates.of(`${this.#accountSid} ${this.#options.baseUrl ?? ""}`);
  }

  async #attempt(request: OutgoingRequest, attempt: number, turn: Turn): Promise<Exchange["outcome"]> {
    const { clock, log, metrics } = this.#deps;
    const startedAt = clock.now().getTime();
    const exchanged = await exchange(this.#deps, request, this.#options.attemptTimeoutMs);
    const durationMs = clock.now().getTime() - startedAt;
    const { outcome, status, account } = exchanged;
    turn.answered(feedbackOf(request, exchanged, durationMs));
    metrics.twilioRequests.inc({ method: request.method, status });
    metrics.twilioSeconds.observe({ method: request.method }, durationMs / 1_000);
    log.info(
      {
        accountSid: this.#accountSid,
        method: request.method,
        path: loggedPath(request.url),
        status,
        attempt,
        durationMs,
        accountRequests: account,
        limit: this.#gate.limit,
      },
      "twilio.request",
    );
    return outcome;
  }
}

/** With no more of a phone number than its last four digits. */
function loggedPath(url: string): string {
  return new URL(url).pathname.replace(/(?<=\+|%2B)\d+(?=\d{4})/gi, "…");
}

function neverSent(cause: unknown): TwilioError {
  const message = "The request was not sent, because its turn did not come in time.";
  return new TwilioError(message, { status: 0, isAmbiguous: false, isUnsent: true }, { cause });
}

function feedbackOf(
  request: OutgoingRequest,
  { outcome, status, account }: Exchange,
  durationMs: number,
): Feedback {
  const isRefused = status === 429;
  const hasFailed = status === 0 || status >= 500;
  return {
    outcome: isRefused ? "refused" : hasFailed ? "failed" : "clean",
    kind: kindOf(request),
    durationMs,
    account,
    pauseMs: isRefused && outcome instanceof TwilioError ? (outcome.retryAfterMs ?? 0) : 0,
  };
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
