import { describe, expect, test } from "vitest";
import { CALLER_CHOSEN_ID, newId, newUuid } from "./ids.ts";

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test("ids sort by the time they were made, also within one millisecond", () => {
  const ids = Array.from({ length: 2_000 }, () => newId("op"));
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});

test("an id says what it is the id of", () => {
  const [prefix, uuid] = newId("phone").split("_");
  expect(prefix).toBe("phone");
  expect(uuid).toMatch(UUID_V7);
});

test("a key that no user sees is a bare UUIDv7", () => {
  expect(newUuid()).toMatch(UUID_V7);
});

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
