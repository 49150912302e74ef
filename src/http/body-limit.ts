import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { AppError } from "../base/errors.ts";

/**
 * Refuses a body of more than `maxSizeBytes`. One whose length is declared is judged by that, without being touched: the
 * HTTP server holds it to its word, and looking at the body as a stream would cost a webhook more than all the rest.
 *
 * @throws AppError `body_too_large`
 */
export function limitBody(maxSizeBytes: number): MiddlewareHandler {
  const refuse = (): never => {
    throw new AppError("body_too_large", {
      detail: `At most ${maxSizeBytes / 1024} KiB; nothing was changed.`,
    });
  };
  const limitStream = bodyLimit({ maxSize: maxSizeBytes, onError: refuse });
  return (c, next) => {
    const declared = c.req.header("content-length");
    if (declared === undefined || c.req.header("transfer-encoding") !== undefined)
      return limitStream(c, next);
    return Number(declared) > maxSizeBytes ? refuse() : next();
  };
}
