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

describe("text that the database cannot hold is refused, and its member is named", () => {
  test.each([
    ["a NUL", '{"name":"a\\u0000"}', "name"],
    ["half of a surrogate pair", '{"voice":{"text":"\\ud800"}}', "voice.text"],
    ["a NUL in a name", '{"ids":{"a\\u0000":1}}', "ids.a\uFFFD"],
    ["a NUL as the whole body", '"\\u0000"', ""],
    [
      "a NUL at the bottom of a deep body",
      `${"[".repeat(100_000)}"\\u0000"${"]".repeat(100_000)}`,
      undefined,
    ],
  ])("%s", async (_name, body, path = expect.any(String)) => {
    const answer = await send(body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      code: "invalid_input",
      detail: expect.stringContaining("Leave out NUL"),
      errors: [{ path, message: expect.any(String) }],
    });
  });

  test("a whole pair and a backslash are none of that", async () => {
    const body = '{"a":"\\ud83d\\ude00","b":"\\\\u0000"}';
    expect(await (await send(body)).json()).toMatchObject({ body });
  });
});
