import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cursorOf, positionOf } from "./traffic-query.ts";

const sids = fc.stringMatching(/^(CA|SM)[0-9a-f]{32}$/);
const times = fc.date({
  min: new Date("1970-01-01T00:00:00Z"),
  max: new Date("9999-12-30T23:59:59.999Z"),
  noInvalidDate: true,
});
const forged = (text: string) => Buffer.from(text).toString("base64url");

describe("a cursor", () => {
  test("leads back to the row that it was made of", () => {
    fc.assert(
      fc.property(times, sids, (startedAt, sid) => {
        expect(positionOf(cursorOf({ startedAt, sid }))).toEqual({ startedAt, sid });
      }),
    );
  });

  test("that is any other text is none, and never an error", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(positionOf(text)).toBeUndefined();
      }),
    );
  });

  test.each([
    ["is empty", ""],
    ["has no time", forged("yesterday SM1")],
    ["has a time that is written otherwise", forged("2026-01-01T00:00:00Z SM1")],
    ["has a year that the database cannot read", forged("+275760-09-13T00:00:00.000Z SM1")],
    ["has a year before our era", forged("-000001-01-01T00:00:00.000Z SM1")],
    ["has a NUL", forged("2026-01-01T00:00:00.000Z SM\0")],
    ["goes on after its end", forged("2026-01-01T00:00:00.000Z SM1 SM2")],
    ["is in the other alphabet", `${forged("2026-01-01T00:00:00.000Z SM1")}==`],
  ])("that %s is refused", (_name, cursor) => {
    expect(positionOf(cursor)).toBeUndefined();
  });
});
