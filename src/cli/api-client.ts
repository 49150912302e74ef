// The HTTP API as the command line uses it: the same requests that anybody else would send.

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
      const answer: unknown = await response.json();
      if (!response.ok) throw new ApiError(response.status, answer as Problem);
      // The caller names the shape that the API's contract gives to this path.
      return answer as T;
    },
  };
}
