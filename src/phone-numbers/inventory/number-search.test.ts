import { expect, test } from "vitest";
import { searchTexts } from "./number-search.ts";

test.each([
  ["(415) 555-0100", ["(415) 555-0100", "4155550100"]],
  ["+1 415", ["+1 415", "1415"]],
  [" 0100 ", ["0100"]],
  ["Shop 12", ["Shop 12"]],
  ["---", ["---"]],
  ["", [""]],
])("%j looks for %j", (search, texts) => {
  expect(searchTexts(search)).toEqual(texts);
});
