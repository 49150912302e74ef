import { expect, test } from "vitest";
import { messageErrorMeaning } from "./message-errors.ts";

test.each([
  [21610, /STOP.*START/],
  [30003, /could not be reached/],
  [30006, /landline/],
  [30007, /filtered/],
  [30034, /A2P 10DLC/],
  [63016, /24 hours.*templates/],
])("the error %i is told in words", (code, meaning) => {
  expect(messageErrorMeaning(code)).toMatch(meaning);
});

test("an error that nobody has heard of says where to read about it", () => {
  expect(messageErrorMeaning(39_999)).toContain("https://www.twilio.com/docs/api/errors/39999");
});
