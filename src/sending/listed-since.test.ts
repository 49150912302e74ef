import { expect, test } from "vitest";
import { addMs } from "../base/clock.ts";
import { listedSince, ONE_PAGE } from "./listed-since.ts";

const SINCE = new Date("2026-01-10T12:00:00Z");
/** One item for each of these seconds after `SINCE`. */
const page = (...seconds: readonly number[]) =>
  seconds.map((second) => ({ dateCreated: addMs(SINCE, second * 1_000) }));
const fullPage = (first: number) =>
  page(...Array.from({ length: ONE_PAGE.limit }, (_, index) => first - index));

test("of a whole list those are found that are recent enough, whatever its order", () => {
  expect(listedSince(page(-1, 2, 0, -3), SINCE)).toEqual(page(2, 0));
});

test("of a full page from the newest on as well", () => {
  expect(listedSince(fullPage(1), SINCE)).toEqual(page(1, 0));
});

test.each([
  ["in no order", fullPage(1).with(5, { dateCreated: addMs(SINCE, -900_000) })],
  ["with the oldest first", fullPage(-1).toReversed()],
  ["of recent ones alone", fullPage(5_000)],
])("a full page %s may lack some", (_name, items) => {
  expect(() => listedSince(items, SINCE)).toThrow(/longer than a page/);
});
