import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Json } from "../base/json.ts";
import { recordSizeBytes } from "./record-size.ts";

const eventOf = (params: Json) => ({
  event: {
    accountSid: "AC1",
    sid: "CA1",
    status: "completed",
    discriminator: "",
    params,
    receivedAt: new Date("2026-01-10T12:00:00Z"),
  },
});

test("a callback as Twilio sends it has some kilobytes", () => {
  const params = Object.fromEntries(Array.from({ length: 25 }, (_, n) => [`Parameter${n}`, "x".repeat(20)]));
  expect(recordSizeBytes(eventOf(params))).toBeGreaterThan(2_000);
  expect(recordSizeBytes(eventOf(params))).toBeLessThan(5_000);
});

test("parameters that repeat, or are empty, count as well", () => {
  const many = Array.from({ length: 1_000 }, (_, n) => String(n));
  expect(recordSizeBytes(eventOf({ Many: many }))).toBeGreaterThan(60_000);
  const empty = Object.fromEntries(many.map((name) => [name, ""]));
  expect(recordSizeBytes(eventOf(empty))).toBeGreaterThan(60_000);
});

test("the JSON of a record has three times its size at the most, whatever the characters", () => {
  const text = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 200 }),
    fc.constantFrom("\u0001", "\u20ac", '"').map((character) => character.repeat(20_000)),
  );
  const params = fc.dictionary(text, fc.oneof(text, fc.array(text)), { maxKeys: 5 });
  fc.assert(
    fc.property(params, (given) => {
      const json = Buffer.byteLength(JSON.stringify(given));
      expect(json).toBeLessThanOrEqual(3 * recordSizeBytes(eventOf(given)));
    }),
  );
});
