import { expect, test } from "vitest";
import { pageOf } from "./page.ts";

const rows = ["a", "b", "c"];
const page = (limit: number, of = rows) => pageOf(of, limit, (last) => `after ${last}`);

test("a page that is not the last ends where the next one begins", () => {
  expect(page(2)).toEqual({ rows: ["a", "b"], nextCursor: "after b" });
});

test.each([3, 4])("a page of %i holds all three, and is the last", (limit) => {
  expect(page(limit)).toEqual({ rows, nextCursor: undefined });
});

test("a page of nothing is the last", () => {
  expect(page(1, [])).toEqual({ rows: [], nextCursor: undefined });
});
