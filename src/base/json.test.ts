import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type Json, jsonHash } from "./json.ts";

const json = fc.jsonValue() as fc.Arbitrary<Json>;

const reversed = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [
    key,
    item === undefined ? item : reversed(item),
  ]);
  return Object.fromEntries(entries.toReversed());
};

test("the order of keys does not change a hash, at any depth", () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(jsonHash(reversed(value))).toBe(jsonHash(value));
    }),
  );
});

test("a hash survives being written and read", () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(jsonHash(JSON.parse(JSON.stringify(value)))).toBe(jsonHash(value));
    }),
  );
});

test("different content has different hashes", () => {
  fc.assert(
    fc.property(json, json, (a, b) => {
      fc.pre(JSON.stringify(sorted(a)) !== JSON.stringify(sorted(b)));
      expect(jsonHash(a)).not.toBe(jsonHash(b));
    }),
  );
});

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, item === undefined ? item : sorted(item)]),
  );
}

test.each([
  ["a list's order", [1, 2], [2, 1]],
  ["a number and its text", 1, "1"],
  ["null and nothing", { a: null }, {}],
  ["an empty list and an empty object", [], {}],
] satisfies [string, Json, Json][])("%s is told apart", (_name, a, b) => {
  expect(jsonHash(a)).not.toBe(jsonHash(b));
});

test("a member that is undefined is one that is not there", () => {
  expect(jsonHash({ a: 1, b: undefined })).toBe(jsonHash({ a: 1 }));
});

test("the hash is the SHA-256 of the canonical text, so that others can recompute it", () => {
  // printf '{"a":1,"b":[true,null,"x"]}' | sha256sum
  expect(jsonHash({ b: [true, null, "x"], a: 1 })).toBe(
    "eca8cfb31ab74533e1eb2f4c74d2d55dfe3c79ac704787e54be8647ea7777eb1",
  );
});
