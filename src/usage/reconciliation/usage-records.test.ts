import { expect, test } from "vitest";
import { readUsageRecord } from "./usage-records.ts";

const record = {
  startDate: new Date("2026-03-01"),
  count: "12",
  usage: "34",
  price: "3.52",
  priceUnit: "usd",
};

test("a usage record says what one day amounts to", () => {
  const usage = { day: "2026-03-01", count: 12, usage: 34, price: "3.52", priceUnit: "USD" };
  expect(readUsageRecord(record)).toEqual(usage);
});

test.each<[string, object, object]>([
  ["a price as a number", { price: 3.52 }, { price: "3.52" }],
  ["no price", { price: null }, { price: undefined, priceUnit: undefined }],
  ["a price that is none", { price: "abc" }, { price: undefined, priceUnit: undefined }],
  ["a refund", { price: "-0.5" }, { price: "-0.5" }],
  ["a currency that is none", { priceUnit: "" }, { price: "3.52", priceUnit: undefined }],
  ["quantities as numbers", { count: 12, usage: 34 }, { count: 12, usage: 34 }],
  ["quantities with decimals", { usage: "34.0" }, { usage: 34 }],
  ["no count", { count: null }, { count: 0 }],
  ["a count that is none", { count: "abc" }, { count: 0 }],
  ["a negative count", { count: "-3" }, { count: 0 }],
  ["a count beyond all counting", { count: "9".repeat(30) }, { count: 0 }],
])("%s is read as it can be", (_name, changes, expected) => {
  expect(readUsageRecord({ ...record, ...changes })).toMatchObject(expected);
});

test.each([[undefined], [null], ["2026-03-01"], [new Date(Number.NaN)]])(
  "without a day it says nothing: %s",
  (startDate) => {
    expect(readUsageRecord({ ...record, startDate })).toBeUndefined();
  },
);
