import { expect, test } from "vitest";
import type { FieldClass } from "../phone-numbers/field-class.ts";
import type { ClassDifference } from "../phone-numbers/verification/number-judgement.ts";
import { webhookUrls } from "../twilio/webhook-urls.ts";
import type { Drift } from "./drift.ts";
import { changesNothing, type DriftPlanInput, driftFields, planDrift } from "./drift-plan.ts";

const EARLIER = "https://earlier.example.com";
const ours = {
  publicUrl: "https://now.example.com",
  earlierPublicUrls: [EARLIER],
  agentId: "agent_1",
};
const assignment = { agentId: "agent_1", channels: { sms: true, whatsapp: false }, assignedAt: new Date(0) };
const wanted = webhookUrls(ours.publicUrl, "agent_1").voiceUrl;
const given = webhookUrls(EARLIER, "agent_1").voiceUrl;

function difference(
  fieldClass: FieldClass = "voice",
  before = "https://theirs.example.com",
): ClassDifference {
  const change = { resource: "number", sid: "PN1", field: "voiceUrl", before, after: wanted } as const;
  return { fieldClass, verdict: "foreign", reason: "Somebody else's URL is set.", changes: [change] };
}

function known(fieldClass: FieldClass = "voice"): Drift {
  return {
    ...difference(fieldClass),
    fields: driftFields(difference(fieldClass)),
    id: `drift_${fieldClass}`,
    orgId: "org_1",
    phoneNumberUid: "uid_1",
    openedAt: new Date(0),
    alertedAt: undefined,
    isNews: true,
    foughtAt: undefined,
    healAfter: undefined,
    endedAt: undefined,
    endReason: undefined,
  };
}

const OK = { assignment, health: "ok", status: "active", desired: undefined } as const;

function plan(changes: Partial<DriftPlanInput> & { differences?: readonly ClassDifference[] } = {}) {
  const { differences = [], ...input } = changes;
  return planDrift({
    number: OK,
    isThere: true,
    isLowered: false,
    judgement: { differences, unknown: [], isSure: true },
    open: [],
    ignored: new Set(),
    ours,
    ...input,
  });
}

test("what is as it is known changes nothing", () => {
  expect(changesNothing(OK, plan())).toBe(true);
  const drifted = { ...OK, health: "drifted" } as const;
  const input = { number: drifted, differences: [difference()], open: [known()] };
  expect(changesNothing(drifted, plan(input))).toBe(true);
});

test("what differs and was not known is opened, and the number's health follows", () => {
  expect(plan({ differences: [difference()] })).toMatchObject({ health: "drifted", opens: [difference()] });
});

test("another value in the same field is the same drift, found anew", () => {
  const now = difference("voice", "https://others.example.com");
  expect(plan({ differences: [now], open: [known()] })).toMatchObject({
    opens: [],
    updates: [{ drift: known(), difference: now }],
  });
});

test("what is as it should be is over, class by class", () => {
  const { ends, health } = plan({ differences: [difference("sms")], open: [known(), known("sms")] });
  expect(ends).toEqual([{ drift: known(), reason: "gone" }]);
  expect(health).toBe("drifted");
});

test("what is ignored is over, and not held against the number", () => {
  const ignored = new Set<FieldClass>(["voice"]);
  expect(plan({ differences: [difference()], open: [known()], ignored })).toMatchObject({
    health: "ok",
    opens: [],
    ends: [{ reason: "ignored" }],
  });
});

test("what may not be read is not over, and counts as it did", () => {
  const judgement = { differences: [], unknown: ["sms"], isSure: false } as const;
  const { ends, health } = plan({ judgement, open: [known(), known("sms")] });
  expect(ends).toEqual([{ drift: known(), reason: "gone" }]);
  expect(health).toBe("drifted");
});

test("a number that a change left in between needs attention until somebody looks, if nobody answers it", () => {
  const number = { ...OK, assignment: undefined, health: "needs_attention" } as const;
  expect(plan({ number }).health).toBe("needs_attention");
  expect(plan({ number: { ...number, assignment } }).health).toBe("ok");
});

test("of a number that nobody answers any more nothing is wanted", () => {
  const number = { ...OK, assignment: undefined, health: "unassigned" } as const;
  expect(plan({ number, open: [known()] })).toMatchObject({ ends: [{ reason: "unassigned" }] });
});

test("an assigned number that is gone is drift, and what else differs of it is left as it was", () => {
  expect(plan({ isThere: false, open: [known()] })).toMatchObject({
    status: "released",
    health: "drifted",
    opens: [{ fieldClass: "presence" }],
    ends: [],
  });
  const number = { ...OK, assignment: undefined, health: "unassigned" } as const;
  expect(plan({ number, isThere: false })).toMatchObject({ status: "released", opens: [] });
});

test("a URL of an earlier public URL is no drift while it is the one that Twilio was given", () => {
  const fields = { voiceUrl: given };
  const number = { ...OK, desired: [{ resource: "number", sid: "PN1", fields }] } as const;
  const stale = difference("voice", given);
  expect(plan({ number, differences: [stale] })).toMatchObject({ health: "drifted", opens: [] });
  // Somebody has put back what was there before we wrote anew.
  const moved = {
    ...number,
    desired: [{ resource: "number", sid: "PN1", fields: { voiceUrl: wanted } }],
  } as const;
  expect(plan({ number: moved, differences: [stale] })).toMatchObject({ opens: [stale] });
});

test("what only warns is in no list, so a sweep makes no number surer than it was", () => {
  const number = { ...OK, health: "unverified" } as const;
  expect(plan({ number }).health).toBe("unverified");
  const unsure = { differences: [], unknown: [], isSure: false };
  expect(plan({ judgement: unsure })).toMatchObject({ health: "unverified", isLowered: true });
  expect(plan({ number, judgement: unsure })).toMatchObject({ health: "unverified", isLowered: false });
  // What a sweep has made of it, one that may read everything again takes back.
  expect(plan({ number, isLowered: true })).toMatchObject({ health: "ok", isLowered: false });
});
