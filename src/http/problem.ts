// Failures as RFC 9457 problem documents.
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { AppError, PROBLEMS, type ProblemCode } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";

/** Answers a request with the problem that was thrown. What we did not foresee is logged, and told without details. */
export function problemResponse(c: Context, thrown: unknown, log: Logger): Response {
  const error = isBrokenOff(c, thrown) ? brokenOff(thrown) : appErrorFrom(thrown);
  const { status, title } = PROBLEMS[error.code];
  const requestId = c.get("requestId");
  if (status >= 500) {
    const level = error.code === "internal_error" ? "error" : "warn";
    log[level]({ requestId, code: error.code, err: error.cause ?? error }, "http.failed");
  }
  const problem = {
    ...error.extensions,
    type: `/errors/${error.code}`,
    title,
    status,
    code: error.code,
    ...(error.detail === undefined ? {} : { detail: error.detail }),
    requestId,
  };
  const retryAfter = error.retryAfterSeconds;
  return c.body(JSON.stringify(problem), status, {
    "Content-Type": "application/problem+json",
    ...(retryAfter === undefined ? {} : { "Retry-After": String(retryAfter) }),
  });
}

/** Whether the client has gone away before its request was complete. The Node adapter passes the raw request. */
function isBrokenOff({ env }: Context, thrown: unknown): boolean {
  const { incoming }: { readonly incoming?: { readonly errored?: unknown } } = env ?? {};
  return thrown instanceof Error && incoming?.errored === thrown;
}

/** Nobody is there to read it; but anybody can do it, so it must not look like a failure of ours. */
function brokenOff(cause: unknown): AppError {
  return new AppError("invalid_input", { detail: "The connection was closed before the body ended.", cause });
}

function appErrorFrom(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof HTTPException) {
    return new AppError(BY_STATUS[thrown.status] ?? "internal_error", {
      detail: thrown.message,
      cause: thrown,
    });
  }
  return new AppError("internal_error", {
    detail: "The log has the reason under this request id.",
    cause: thrown,
  });
}

const BY_STATUS: Partial<Record<number, ProblemCode>> = {
  400: "invalid_input",
  404: "not_found",
  413: "body_too_large",
};
