// Refuses text that the database cannot hold at the edge, so that nothing behind it has to think of it.
import { createMiddleware } from "hono/factory";
import { invalidInput } from "../api/api.ts";
import type { AppError } from "../base/errors.ts";
import { isStorable, storable, unstorablePath } from "../base/text.ts";

/** Passes a request whose path and query can be stored. @throws AppError `invalid_input` */
export const storableAddresses = createMiddleware(async (c, next) => {
  if (!isStorable(c.req.path)) throw unstorable("path");
  for (const [name, values] of Object.entries(c.req.queries())) {
    if (![name, ...values].every(isStorable)) throw unstorable(storable(name));
  }
  await next();
});

/** The same for a body that somebody else reads. What is no JSON is left for them to judge. */
export const storableBodies = createMiddleware(async (c, next) => {
  requireStorableJson(jsonOf(await c.req.raw.clone().text()));
  await next();
});

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** @throws AppError `invalid_input`, which names the member */
export function requireStorableJson(value: unknown): void {
  const path = unstorablePath(value);
  if (path !== undefined) throw unstorable(path);
}

function unstorable(path: string): AppError {
  const message =
    "Leave out NUL characters and unpaired surrogates (\\ud800 to \\udfff); they cannot be stored.";
  return invalidInput([{ path: [path], message }]);
}
