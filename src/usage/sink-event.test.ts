import { readFileSync } from "node:fs";
import { CloudEvent } from "cloudevents";
import { expect, test } from "vitest";
import type { UsageEntry } from "./entry.ts";
import { eventSource, usageEvent } from "./sink-event.ts";

const CHARGE: UsageEntry = {
  id: 1,
  corrects: null,
  kind: "voice",
  direction: "inbound",
  sid: "CA1",
  phoneNumberId: "phone_1",
  agentId: "agent_1",
  beganAt: new Date("2026-03-01T10:00:00.123Z"),
  day: "2026-03-01",
  count: 1,
  seconds: 61,
  minutes: 2,
  segments: 0,
  provisional: false,
  price: "0.0085",
  priceUnit: "USD",
  recordedAt: new Date("2026-03-02T10:00:00.456Z"),
};
const CORRECTION: UsageEntry = { ...CHARGE, id: 2, corrects: 1, count: 0, seconds: -61, minutes: -2 };
const DEPLOYMENT = "0b0e6f2c-7a53-4c8e-9d65-4f1c2a7d9e10";
const SOURCE = eventSource(DEPLOYMENT, "org_1");

test.each([CHARGE, CORRECTION])("entry %# is an event by the specification", (entry) => {
  const event = usageEvent(SOURCE, entry);
  // The library's own validation, which throws.
  expect(new CloudEvent({ ...event }).validate()).toBe(true);
  expect(new CloudEvent({ ...event }).toJSON()).toEqual(event);
});

test("a charge says what was used by whom, in numbers, and its price exactly", () => {
  expect(usageEvent(SOURCE, CHARGE)).toMatchObject({
    id: "usage_1",
    source: `urn:uuid:${DEPLOYMENT}#org_1`,
    type: "switchhook.usage.recorded",
    subject: "agent_1",
    time: "2026-03-02T10:00:00.456Z",
    data: {
      type: "charge",
      seconds: 61,
      minutes: 2,
      count: 1,
      price: "0.0085",
      beganAt: "2026-03-01T10:00:00.123Z",
    },
  });
});

test("a correction says which charge it is about", () => {
  expect(usageEvent(SOURCE, CORRECTION)).toMatchObject({
    id: "usage_2",
    type: "switchhook.usage.recorded",
    data: { type: "correction", corrects: "usage_1", minutes: -2 },
  });
});

test("usage of a number without an agent is the number's", () => {
  expect(usageEvent(SOURCE, { ...CHARGE, agentId: null }).subject).toBe("phone_1");
});

test("an organization's id may hold anything, and the source is a URI all the same", () => {
  const source = eventSource(DEPLOYMENT, "a b/c?d#é");
  expect(source).toBe(`urn:uuid:${DEPLOYMENT}#a%20b%2Fc%3Fd%23%C3%A9`);
  expect(new CloudEvent({ ...usageEvent(source, CHARGE) }).validate()).toBe(true);
});

test("a meter that is set up as the guide says counts these events, by values that they have", () => {
  const guide = readFileSync(new URL("../../docs/usage.md", import.meta.url), "utf8");
  const [, meters = ""] = guide.split("### OpenMeter");
  const section = meters.split("\n### ")[0] ?? "";
  const { type, data } = usageEvent(SOURCE, CHARGE);
  expect(/eventType: (\S+)/.exec(section)?.[1]).toBe(type);
  const named = [...section.matchAll(/\$\.(\w+)/g)].map(([, name]) => name);
  expect(named.length).toBeGreaterThan(4);
  expect(Object.keys(data)).toEqual(expect.arrayContaining(named));
});
