import { expect, test } from "vitest";
import { newId, newUuid } from "./ids.ts";

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
