import type { components } from "./openapi.d.ts";

export type Problem = components["schemas"]["Problem"];

/** What the API answered in place of what was asked for. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title);
    this.problem = problem;
  }

  /** What is wrong with each member of a form, by its path. */
  get fieldErrors(): Readonly<Record<string, string>> {
    const { errors } = this.problem;
    if (!Array.isArray(errors)) return {};
    return Object.fromEntries(errors.map(({ path, message }) => [String(path), String(message)]));
  }
}

/** Nobody answered, so nobody knows whether a change took place. */
export class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";
}

export async function problemFrom(response: Response): Promise<ApiProblem> {
  const body: unknown = await response.json().catch(() => undefined);
  if (isProblem(body)) return new ApiProblem(body);
  return new ApiProblem({
    type: "/errors/internal_error",
    title: messageIn(body) ?? `The server answered with ${response.status} ${response.statusText}`.trim(),
    status: response.status,
    code: response.status === 401 ? "unauthenticated" : "internal_error",
    requestId: response.headers.get("x-request-id") ?? "",
  });
}

function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && "code" in body && "title" in body && "status" in body;
}

/** What better-auth says, which has a form of its own. */
function messageIn(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null || !("message" in body)) return undefined;
  return typeof body.message === "string" ? body.message : undefined;
}
