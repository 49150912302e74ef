import { expect, test } from "vitest";
import type { Change, ResourceConfig } from "../../twilio/webhook-config.ts";
import { holdsFor, isHeld, type ServiceHold } from "./service-hold.ts";

const wants = (sid: string): ResourceConfig => ({ resource: "service", sid, fields: {} });
const changes = (sid: string): Change => ({ resource: "service", sid, field: "f", before: "", after: "x" });
const rely = (sid: string): ServiceHold => ({ sid, access: "rely" });
const change = (sid: string): ServiceHold => ({ sid, access: "change" });
const ofTheNumber = { resource: "number", sid: "PN1" } as const;

test.each<[string, Parameters<typeof holdsFor>, readonly ServiceHold[]]>([
  ["nothing for a number alone", [{ desired: [{ ...ofTheNumber, fields: {} }], changes: [] }], []],
  ["what it counts on", [{ desired: [wants("MG1")], changes: [] }], [rely("MG1")]],
  ["what it changes", [{ desired: [], changes: [changes("MG1")] }], [change("MG1")]],
  [
    "what it changes and counts on",
    [{ desired: [wants("MG1")], changes: [changes("MG1")] }],
    [change("MG1")],
  ],
  [
    "in the order of the SIDs",
    [{ desired: [wants("MG2"), wants("MG1")], changes: [] }],
    [rely("MG1"), rely("MG2")],
  ],
  ["no less than before", [{ desired: [wants("MG1")], changes: [] }, [change("MG1")]], [change("MG1")]],
  ["what was held before", [{ desired: [], changes: [] }, [rely("MG1")]], [rely("MG1")]],
  ["more than before", [{ desired: [], changes: [changes("MG1")] }, [rely("MG1")]], [change("MG1")]],
])("an operation holds %s", (_name, input, holds) => {
  expect(holdsFor(...input)).toEqual(holds);
});

test.each<[readonly ServiceHold[], readonly ServiceHold[] | undefined, boolean]>([
  [[], undefined, true],
  [[rely("MG1")], undefined, false],
  [[rely("MG1")], [rely("MG1")], true],
  [[change("MG1")], [rely("MG1")], false],
  [[rely("MG1")], [rely("MG2")], false],
])("%j is held by %j: %s", (needed, held, expected) => {
  expect(isHeld(needed, held)).toBe(expected);
});
