import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import { createLogger } from "../base/log.ts";
import { jsonBodies } from "./json-body.ts";
import { problemResponse } from "./problem.ts";

const app = new Hono().use(jsonBodies).all("/", async (c) => {
  const body = await c.req.text();
  return c.json({ body, contentType: c.req.header("content-type") ?? null });
});
app.onError((error, c) => problemResponse(c, error, createLogger("silent")));

function send(body: string | undefined, contentType?: string, method = "POST"): Promise<Response> {
  const bytes = body === undefined ? undefined : new TextEncoder().encode(body);
  const headers: Record<string, string> = contentType === undefined ? {} : { "content-type": contentType };
  return Promise.resolve(app.request("/", { method, headers, ...(bytes ? { body: bytes } : {}) }));
}

describe("JSON is taken as JSON", () => {
  test.each([
    ["under its own content type", "application/json"],
    ["with a character set", "application/json; charset=utf-8"],
    ["in capitals", "Application/JSON"],
    ["as text, as a browser's bare fetch sends it", "text/plain;charset=UTF-8"],
    ["without any content type", undefined],
  ])("%s", async (_name, contentType) => {
    const answer = await send('{"a":"é"}', contentType);
    expect(await answer.json()).toEqual({ body: '{"a":"é"}', contentType: "application/json" });
  });

  test.each(["POST", "PUT", "PATCH", "DELETE"])("by %s", async (method) => {
    expect(await (await send("[]", "text/plain", method)).json()).toMatchObject({ body: "[]" });
  });
});

test.each(["POST", "PUT", "DELETE"])("a %s without a body passes as it is", async (method) => {
  expect(await (await send(undefined, undefined, method)).json()).toEqual({ body: "", contentType: null });
});

test.each(["application/x-www-form-urlencoded", "multipart/form-data", "application/xml"])(
  "anything else is refused, and named: %s",
  async (contentType) => {
    const answer = await send('{"a":1}', contentType);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      code: "invalid_input",
      detail: expect.stringContaining(contentType),
    });
  },
);

test.each(["{", "{'a':1}", "a=1", "undefined", '{"a":1}x'])(
  "what is not JSON is refused: %s",
  async (body) => {
    const answer = await send(body, "text/plain");
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: "malformed_json" });
  },
);
