import { describe, expect, test } from "vitest";
import { CALLER_CHOSEN_ID } from "./caller-chosen-id.ts";
import { newId } from "./ids.ts";

describe("an id of the caller's choice", () => {
  test.each(["agent_456", "phone_123", "a", "7", "a.b:c-d_e", "A".repeat(128), newId("agent")])(
    "may be %s",
    (id) => {
      expect(id).toMatch(CALLER_CHOSEN_ID);
    },
  );

  test.each([
    ["empty", ""],
    ["too long", "a".repeat(129)],
    ["a hidden name", ".git"],
    ["an option", "-rf"],
    ["with a space", "a b"],
    ["a path", "a/b"],
    ["a query", "a?b"],
    ["with a line's end", "a\n"],
    ["with a letter that a URL would escape", "café"],
  ])("is refused when %s", (_name, id) => {
    expect(id).not.toMatch(CALLER_CHOSEN_ID);
  });

  test("needs no escaping in a URL's path", () => {
    expect(new URL("https://example.com/api/agents/a.b:c-d_e").pathname).toBe("/api/agents/a.b:c-d_e");
  });
});
