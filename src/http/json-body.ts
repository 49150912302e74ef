import { createMiddleware } from "hono/factory";
import { AppError, messageOf } from "../base/errors.ts";
import { requireStorableJson } from "./storable-text.ts";

/**
 * Takes a JSON body under no content type or `text/plain`, which is what a browser's bare `fetch` sends, as JSON.
 *
 * @throws AppError `malformed_json`, `invalid_input` for any other content type and for text that cannot be stored
 */
export const jsonBodies = createMiddleware(async (c, next) => {
  const body = ["GET", "HEAD"].includes(c.req.method) ? "" : await c.req.text();
  if (body === "") return next();
  const contentType = (c.req.header("content-type") ?? "").replace(/;.*$/, "").trim().toLowerCase();
  if (!["", "text/plain", "application/json"].includes(contentType)) {
    throw new AppError("invalid_input", { detail: `Send JSON; this was ${contentType}.` });
  }
  requireStorableJson(parseJson(body));
  const headers = new Headers(c.req.raw.headers);
  headers.set("content-type", "application/json");
  c.req.raw = new Request(c.req.url, { method: c.req.method, headers, body });
  await next();
});

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new AppError("malformed_json", { detail: messageOf(cause), cause });
  }
}
