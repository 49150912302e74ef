import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { describe, expect, test } from "vitest";
import { AppError, PROBLEMS, type ProblemCode } from "../base/errors.ts";
import { createLogger } from "../base/log.ts";
import { problemResponse } from "./problem.ts";

async function answerTo(thrown: unknown) {
  const app = new Hono<{ Variables: { requestId: string } }>();
  app.get("/", (c) => {
    c.set("requestId", "req_1");
    return problemResponse(c, thrown, createLogger("silent"));
  });
  const response = await app.request("/");
  return { status: response.status, headers: response.headers, body: await response.json() };
}

test.each(Object.keys(PROBLEMS) as ProblemCode[])("%s is answered as the table says", async (code) => {
  const error = new AppError(code);
  const { status, headers, body } = await answerTo(error);
  expect(status).toBe(PROBLEMS[code].status);
  expect(headers.get("content-type")).toBe("application/problem+json");
  expect(body).toEqual({
    type: `/errors/${code}`,
    title: PROBLEMS[code].title,
    status: PROBLEMS[code].status,
    code,
    ...(error.detail === undefined ? {} : { detail: error.detail }),
    requestId: "req_1",
  });
});

test("facts become members, and none of them can pose as one of the problem's own", async () => {
  const extensions = { operationId: "op_1", status: 200, code: "fine", requestId: "req_9" };
  const { body } = await answerTo(new AppError("operation_lost", { detail: "Look there.", extensions }));
  expect(body).toMatchObject({
    operationId: "op_1",
    status: 409,
    code: "operation_lost",
    detail: "Look there.",
    requestId: "req_1",
  });
});

test("says when to try again, where somebody knows", async () => {
  const { headers } = await answerTo(new AppError("twilio_rate_limited", { retryAfterSeconds: 5 }));
  expect(headers.get("retry-after")).toBe("5");
  expect((await answerTo(new AppError("not_found"))).headers.has("retry-after")).toBe(false);
});

describe("what we did not foresee", () => {
  test.each([new Error("password=hunter2 at db.internal"), "hunter2", { hunter2: true }, undefined])(
    "is told without details: %o",
    async (thrown) => {
      const { status, body } = await answerTo(thrown);
      expect(status).toBe(500);
      expect(body).toMatchObject({ code: "internal_error", requestId: "req_1" });
      expect(JSON.stringify(body)).not.toContain("hunter2");
    },
  );

  test("does not tell the cause of what we did foresee", async () => {
    const cause = new Error("duplicate key value (id)=(hunter2)");
    expect(JSON.stringify((await answerTo(new AppError("id_taken", { cause }))).body)).not.toContain(
      "hunter2",
    );
  });
});

test.each([
  [400, "invalid_input"],
  [404, "not_found"],
  [413, "body_too_large"],
  [418, "internal_error"],
] as const)("the framework's own %i is %s", async (status, code) => {
  const { body } = await answerTo(new HTTPException(status, { message: "As the framework says" }));
  expect(body).toMatchObject({ code, status: PROBLEMS[code].status, detail: "As the framework says" });
});
