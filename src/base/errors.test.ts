import { describe, expect, test } from "vitest";
import { AppError, assertNever, messageOf, PROBLEMS, type ProblemCode } from "./errors.ts";

const codes = Object.keys(PROBLEMS) as ProblemCode[];

describe("the table of problems", () => {
  test.each(codes)("%s has a failure's status and a title that can be followed by a sentence", (code) => {
    const { status, title } = PROBLEMS[code];
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
    expect(title).toMatch(/^[A-Z].*[^.]$/);
  });

  test("no two codes say the same", () => {
    expect(new Set(Object.values(PROBLEMS).map(({ title }) => title)).size).toBe(codes.length);
  });

  test.each(codes)("%s can stand in a URL and in a log", (code) => {
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
  });

  test("what is over in a while is a 503, by which proxies and clients know that they may try again", () => {
    for (const code of ["database_unreachable", "overloaded", "twilio_rate_limited"] as const) {
      expect(PROBLEMS[code].status).toBe(503);
    }
  });

  test("what is missing is a 404, whatever it is", () => {
    const missing = codes.filter((code) => code.endsWith("_not_found") && !code.startsWith("twilio_"));
    expect(missing.map((code) => PROBLEMS[code].status)).toEqual(missing.map(() => 404));
  });

  test.each(codes.filter((code) => PROBLEMS[code].status === 404))("%s says where to look", (code) => {
    expect(new AppError(code).detail).toMatch(/GET \/api\/[^ ]+.*\.$/);
  });
});

describe("an error", () => {
  test("reads as the title and what it means here", () => {
    const error = new AppError("agent_in_use", { detail: "Unassign its numbers first." });
    expect(error.message).toBe("The agent still answers phone numbers. Unassign its numbers first.");
    expect(new AppError("agent_in_use").message).toBe("The agent still answers phone numbers");
    expect(new AppError("not_found", { detail: "It has none." }).detail).toBe("It has none.");
  });

  test("keeps its cause and its facts", () => {
    const cause = new Error("duplicate key");
    const error = new AppError("id_taken", { cause, extensions: { id: "agent_1" }, retryAfterSeconds: 2 });
    expect(error).toMatchObject({ cause, extensions: { id: "agent_1" }, retryAfterSeconds: 2 });
    expect(error).toBeInstanceOf(Error);
  });

  test("without facts has none, rather than nothing to read them from", () => {
    expect(new AppError("agent_in_use")).toMatchObject({ detail: undefined, extensions: {} });
  });
});

test.each([
  [new Error("broken"), "broken"],
  [new AppError("agent_in_use"), "The agent still answers phone numbers"],
  ["text", "text"],
  [undefined, "undefined"],
  [null, "null"],
])("whatever was thrown has a message: %o", (thrown, message) => {
  expect(messageOf(thrown)).toBe(message);
});

test("a case that nobody handled names itself", () => {
  // The compiler forbids it; what comes from outside may do it all the same.
  expect(() => assertNever("surprise" as never)).toThrow('"surprise"');
});
