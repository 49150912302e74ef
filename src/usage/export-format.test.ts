import { describe, expect, test } from "vitest";
import type { UsageEntry } from "./entry.ts";
import { FILE_FORMATS } from "./export-format.ts";

const ENTRY: UsageEntry = {
  id: 2,
  corrects: 1,
  kind: "voice",
  direction: "inbound",
  sid: "CA1",
  phoneNumberId: "phone_1",
  agentId: null,
  beganAt: new Date("2026-03-01T10:00:00Z"),
  day: "2026-03-01",
  count: -1,
  seconds: -61,
  minutes: -2,
  segments: 0,
  provisional: true,
  price: "-0.0085",
  priceUnit: "USD",
  recordedAt: new Date("2026-03-02T10:00:00Z"),
};

const csv = (...entries: readonly UsageEntry[]) => FILE_FORMATS.csv.write(entries, { isFirst: false });

describe("a line of CSV", () => {
  test("keeps numbers as numbers, below zero as well", () => {
    expect(csv(ENTRY)).toBe(
      "usage_2,correction,usage_1,voice,inbound,CA1,phone_1,,2026-03-01T10:00:00.000Z,2026-03-01,-1,-61,-2,0,true," +
        "-0.0085,USD,2026-03-02T10:00:00.000Z\n",
    );
  });

  test.each([
    ['a "name"', '"a ""name"""'],
    ["one, two", '"one, two"'],
    ["one\ntwo", '"one\ntwo"'],
    ["one\r\ntwo", '"one\r\ntwo"'],
    ["Zoë 電話", "Zoë 電話"],
  ])("quotes %j", (phoneNumberId, written) => {
    expect(csv({ ...ENTRY, phoneNumberId })).toContain(`,CA1,${written},,2026`);
  });

  test.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1"])(
    "shows %j, and no spreadsheet runs it",
    (text) => {
      const line = csv({ ...ENTRY, phoneNumberId: text, priceUnit: text });
      expect(line).toContain(`,CA1,'${text},,`);
      expect(line).toContain(`,'${text},2026-03-02`);
    },
  );
});

test("the names of the columns come once, before the first entry", () => {
  expect(FILE_FORMATS.csv.write([ENTRY], { isFirst: true })).toMatch(/^id,type,[^\n]*,recordedAt\nusage_2,/);
  expect(csv(ENTRY, ENTRY)).not.toContain("recordedAt");
  expect(csv()).toBe("");
});

test("a line of NDJSON is one entry, whatever is in it", () => {
  const text = FILE_FORMATS.ndjson.write([{ ...ENTRY, phoneNumberId: "one\ntwo" }, ENTRY], { isFirst: true });
  const lines = text.split("\n");
  expect(lines).toHaveLength(3);
  expect(lines[2]).toBe("");
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({
    phoneNumberId: "one\ntwo",
    price: "-0.0085",
    seconds: -61,
  });
});
