import type { HonoRequest } from "hono";
import { createMiddleware } from "hono/factory";
import { AppError, messageOf } from "../base/errors.ts";
import { requireStorableJson } from "./storable-text.ts";

/**
 * Takes a JSON body under no content type or `text/plain`, which is what a browser's bare `fetch` sends, as JSON.
 *
 * @throws AppError `malformed_json`, `invalid_input` for any other content type and for text that cannot be stored
 */
export const jsonBodies = createMiddleware(async (c, next) => {
  if (["GET", "HEAD"].includes(c.req.method)) return next();
  const body = await c.req.text();
  if (body === "") {
    c.req.raw = requestWith(c.req, undefined);
    return next();
  }
  const contentType = (c.req.header("content-type") ?? "").replace(/;.*$/, "").trim().toLowerCase();
  if (!["", "text/plain", "application/json"].includes(contentType)) {
    throw new AppError("invalid_input", { detail: `Send JSON; this was ${contentType}.` });
  }
  requireStorableJson(parseJson(body));
  c.req.raw = requestWith(c.req, body);
  await next();
});

/** The same request; its content type says JSON where there is a body, and nothing where there is none. */
function requestWith({ method, url, raw }: HonoRequest, body: string | undefined): Request {
  const headers = new Headers(raw.headers);
  headers.delete("content-type");
  if (body === undefined) return new Request(url, { method, headers });
  headers.set("content-type", "application/json");
  return new Request(url, { method, headers, body });
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new AppError("malformed_json", { detail: messageOf(cause), cause });
  }
}
