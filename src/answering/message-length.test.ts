import * as fc from "fast-check";
import { expect, test } from "vitest";
import { cutText } from "./message-length.ts";

test.each<[string, string, readonly string[]]>([
  ["one that fits", "Hello you", ["Hello you"]],
  ["nothing", " \n", []],
  ["words", "one two three four", ["one two", "three four"]],
  ["lines", "one two\nthree four", ["one two", "three four"]],
  ["a line before words", "one two\na b three", ["one two", "a b three"]],
  ["a word that is too long", "abcdefghijklm", ["abcdefghij", "klm"]],
  ["a character of two halves", "abcdefghi😀", ["abcdefghi", "😀"]],
])("%s", (_name, text, pieces) => {
  expect(cutText(text, 10)).toEqual(pieces);
});

test("nothing but space is lost, and no piece is too long or empty", () => {
  const property = fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (text) => {
    const pieces = cutText(text, 10);
    expect(pieces.join("").replaceAll(/\s/g, "")).toBe(text.replaceAll(/\s/g, ""));
    for (const piece of pieces) {
      expect(piece.length).toBeLessThanOrEqual(10);
      expect(piece.isWellFormed()).toBe(true);
    }
  });
  fc.assert(property, { numRuns: 300 });
});
