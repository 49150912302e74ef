// The HTTP API as the command line uses it: the same requests that anybody else would send.
import { createInterface } from "node:readline";
import { Readable } from "node:stream";

interface Problem {
  readonly title?: string;
  readonly detail?: string;
  /** In place of title and detail in the answers of better-auth. */
  readonly message?: string;
  readonly code?: string;
  readonly outcome?: string;
  readonly twilioCode?: number;
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
  /** @throws ApiError for every answer that is not 2xx */
  send<T>(method: string, path: string, body?: object): Promise<T>;
  /** The data of server-sent events as they come, until the server ends them. @throws ApiError when there are none */
  follow<T>(path: string): AsyncGenerator<T, void, void>;
}

const TIMEOUT_MS = 120_000;

/** @param headers what says who is asking: an API key, or a cookie with its origin */
export function createApiClient(url: string, headers: Readonly<Record<string, string>>): ApiClient {
  return {
    async send<T>(method: string, path: string, body?: object): Promise<T> {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (!response.ok) throw await errorFrom(response);
      // The caller names the shape that the API's contract gives to this path.
      return (await response.json()) as T;
    },
    async *follow<T>(path: string) {
      const response = await begun((signal) => fetch(`${url}${path}`, { headers, signal }));
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

/** What a proxy answers in our place is seldom JSON; its status says enough. */
async function errorFrom(response: Response): Promise<ApiError> {
  const problem: unknown = await response.json().catch(() => undefined);
  const isProblem = typeof problem === "object" && problem !== null;
  return new ApiError(response.status, isProblem ? problem : {});
}

/** A stream may go on for as long as it likes, but it has to begin in time. */
async function begun(open: (signal: AbortSignal) => Promise<Response>): Promise<Response> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(new Error("The server does not answer.")), TIMEOUT_MS);
  try {
    return await open(deadline.signal);
  } finally {
    clearTimeout(timer);
  }
}
