import { assert, property, string } from "fast-check";
import { expect, test } from "vitest";
import { countSegments } from "./segments.ts";

test.each([
  ["nothing", "", 1],
  ["160 of the basic set", "a".repeat(160), 1],
  ["161 of the basic set", "a".repeat(161), 2],
  ["two full concatenated segments", "a".repeat(306), 2],
  ["one more", "a".repeat(307), 3],
  ["80 euro signs, two septets each", "€".repeat(80), 1],
  ["81 euro signs", "€".repeat(81), 2],
  ["70 of UCS-2", "я".repeat(70), 1],
  ["71 of UCS-2", "я".repeat(71), 2],
  ["135 of UCS-2", "я".repeat(135), 3],
  ["one emoji makes all of it UCS-2", `${"a".repeat(69)}👍`, 2],
  ["35 emoji", "👍".repeat(35), 1],
  ["a character is not torn apart", "👍".repeat(67), 3],
])("%s", (_name, body, segments) => {
  expect(countSegments(body)).toBe(segments);
});

test("a longer text never has fewer segments", () => {
  assert(
    property(string({ maxLength: 400 }), string({ maxLength: 50 }), (text, more) => {
      expect(countSegments(text + more)).toBeGreaterThanOrEqual(countSegments(text));
    }),
  );
});
