// The HTTP API as the command line uses it: the same requests that anybody else would send.
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { messageOf } from "../base/errors.ts";

interface Problem {
  readonly title?: string;
  readonly detail?: string;
  /** In place of title and detail in the answers of better-auth. */
  readonly message?: string;
  readonly code?: string;
  readonly outcome?: string;
  readonly twilioCode?: number;
  /** What is wrong with the request, member by member. */
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

/** A problem that the API answered with. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly problem: Problem;

  constructor(status: number, problem: Problem) {
    const { title = `HTTP ${status}`, detail = problem.message ?? "" } = problem;
    super(`${title}. ${detail}`.trim());
    this.status = status;
    this.problem = problem;
  }
}

export interface ApiClient {
  /** @throws ApiError for every answer that is not 2xx, and Error for none at all */
  send<T>(
    method: string,
    path: string,
    body?: object,
    headers?: Readonly<Record<string, string>>,
  ): Promise<T>;
  /** The data of server-sent events as they come, until the server ends them. @throws as `send` when there are none */
  follow<T>(path: string): AsyncGenerator<T, void, void>;
}

const TIMEOUT_MS = 120_000;

/** @param headers what says who is asking: an API key, or a cookie with its origin */
export function createApiClient(url: string, headers: Readonly<Record<string, string>>): ApiClient {
  const base = url.replace(/\/+$/, "");
  const request = (path: string, init: RequestInit) =>
    fetch(`${base}${path}`, init).catch((error: unknown) => Promise.reject(noAnswer(base, error)));
  return {
    async send<T>(
      method: string,
      path: string,
      body?: object,
      more: Readonly<Record<string, string>> = {},
    ): Promise<T> {
      const type = body === undefined ? {} : { "content-type": "application/json" };
      const response = await request(path, {
        method,
        headers: { ...headers, ...more, ...type },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (!response.ok) throw await errorFrom(response);
      const answer = await response.json().catch((error: unknown) => Promise.reject(notOurs(base, error)));
      // The caller names the shape that the API's contract gives to this path.
      return answer as T;
    },
    async *follow<T>(path: string) {
      const response = await begun((signal) => request(path, { headers, signal }));
      if (!response.ok) throw await errorFrom(response);
      if (!response.body) return;
      const lines = createInterface({ input: Readable.fromWeb(response.body) });
      let event = "";
      for await (const line of lines) {
        if (line.startsWith("event: ")) event = line.slice("event: ".length);
        // Each event's data is one line of JSON; the one that says that there are no more has none of interest.
        if (line.startsWith("data: ") && event !== "end") yield JSON.parse(line.slice("data: ".length)) as T;
      }
    },
  };
}

/** fetch itself says no more than "fetch failed", and has the reason as its cause. */
function noAnswer(url: string, error: unknown): Error {
  const { cause = error } = error instanceof TypeError ? error : {};
  // Of a name with several addresses there are several reasons, and one code.
  const reason = messageOf(cause) || (cause instanceof Error && "code" in cause ? String(cause.code) : "");
  const message = `${url} does not answer (${reason}). Is that the server? Say another one with --url.`;
  return new Error(message, { cause: error });
}

/** A page of the dashboard, say, because the URL has a path too many. */
function notOurs(url: string, cause: unknown): Error {
  const message = `${url} answers, but not with JSON as Switchhook's API does. Is that its URL? Say another one with --url.`;
  return new Error(message, { cause });
}

/** What a proxy answers in our place is seldom JSON; its status says enough. */
async function errorFrom(response: Response): Promise<ApiError> {
  const problem: unknown = await response.json().catch(() => undefined);
  const isProblem = typeof problem === "object" && problem !== null;
  return new ApiError(response.status, isProblem ? problem : {});
}

/** A stream may go on for as long as it likes, but it has to begin in time. */
async function begun(open: (signal: AbortSignal) => Promise<Response>): Promise<Response> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(new Error("not in time")), TIMEOUT_MS);
  try {
    return await open(deadline.signal);
  } finally {
    clearTimeout(timer);
  }
}
