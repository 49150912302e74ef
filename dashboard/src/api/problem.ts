import type { components } from "./openapi.d.ts";

export type Problem = components["schemas"]["Problem"];

/** What the API answered in place of what was asked for. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly problem: Problem;
  /** Whether `type` is a page about it: what better-auth says has none, nor has a proxy's page. */
  readonly isDescribed: boolean;

  constructor(problem: Problem, { isDescribed }: { readonly isDescribed: boolean }) {
    super(problem.detail ?? problem.title);
    this.problem = problem;
    this.isDescribed = isDescribed;
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
  if (isProblem(body)) return new ApiProblem(body, { isDescribed: true });
  const problem: Problem = {
    type: "about:blank",
    title: messageIn(body) ?? `The server answered with ${response.status} ${response.statusText}`.trim(),
    status: response.status,
    code: response.status === 401 ? "unauthenticated" : "internal_error",
    requestId: response.headers.get("x-request-id") ?? "",
  };
  return new ApiProblem(problem, { isDescribed: false });
}

function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && "code" in body && "title" in body && "status" in body;
}

/** What better-auth says, which has a form of its own. */
function messageIn(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null || !("message" in body)) return undefined;
  return typeof body.message === "string" ? body.message : undefined;
}
