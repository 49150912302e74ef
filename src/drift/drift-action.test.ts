import { expect, test } from "vitest";
import { addMs } from "../base/clock.ts";
import { HOUR_MS } from "../base/durations.ts";
import type { Drift } from "./drift.ts";
import { actionFor, type DriftAction } from "./drift-action.ts";
import type { Policy } from "./policy.ts";

const NOW = new Date("2026-03-01T12:00:00Z");
const hoursAgo = (hours: number) => addMs(NOW, -hours * HOUR_MS);
const LONG_AGO = hoursAgo(1_000);

function drift(changes: Partial<Drift> = {}): Drift {
  const field = {
    resource: "number",
    sid: "PN1",
    field: "voiceUrl",
    wanted: "ours",
    found: "theirs",
  } as const;
  return {
    id: "drift_1",
    orgId: "org_1",
    phoneNumberUid: "uid_1",
    fieldClass: "voice",
    verdict: "foreign",
    reason: "",
    fields: [field],
    openedAt: NOW,
    alertedAt: undefined,
    isNews: false,
    foughtAt: undefined,
    healAfter: undefined,
    endedAt: undefined,
    endReason: undefined,
    ...changes,
  };
}

const healed = (...hours: readonly number[]) =>
  hours.map((ago) => drift({ endedAt: hoursAgo(ago), endReason: "healed" }));
const ofAnotherField = drift({ endedAt: hoursAgo(1), endReason: "healed", fields: [] });

test.each<[string, Policy | undefined, Drift, readonly Drift[], DriftAction]>([
  ["is observed where nothing is set", undefined, drift(), [], "none"],
  ["is observed", "observe", drift(), [], "none"],
  ["is told", "alert", drift(), [], "alert"],
  ["is told once", "alert", drift({ alertedAt: NOW }), [], "none"],
  [
    "that has become something else is told again",
    "alert",
    drift({ alertedAt: NOW, isNews: true }),
    [],
    "alert",
  ],
  [
    "that has become something else is not told any more",
    "observe",
    drift({ alertedAt: NOW, isNews: true }),
    [],
    "silence",
  ],
  ["is not told any more", "observe", drift({ alertedAt: NOW }), [], "silence"],
  ["is ignored, and not told any more", "ignore", drift({ alertedAt: NOW }), [], "silence"],
  ["is healed", "heal", drift(), [], "heal"],
  ["that was told before is healed", "heal", drift({ alertedAt: NOW }), [], "heal"],
  ["that cannot be healed is told", "heal", drift({ fieldClass: "presence" }), [], "alert"],
  ["is healed a third time", "heal", drift(), healed(1, 2), "heal"],
  ["is not healed a fourth time", "heal", drift(), healed(1, 2, 3), "give_up"],
  ["is healed after a week of peace", "heal", drift(), healed(169, 170, 171), "heal"],
  ["is healed where another field was", "heal", drift(), [...healed(1, 2), ofAnotherField], "heal"],
  ["that was given up stays so", "heal", drift({ foughtAt: hoursAgo(1) }), healed(2, 3, 4), "none"],
  ["that was refused waits", "heal", drift({ alertedAt: NOW, healAfter: addMs(NOW, 1) }), [], "none"],
  ["that was refused is tried again", "heal", drift({ alertedAt: NOW, healAfter: NOW }), [], "heal"],
])("what differs %s", (_name, policy, now, before, expected) => {
  const set = policy && { policy, setAt: LONG_AGO };
  expect(actionFor(now, set, before, NOW)).toBe(expected);
});

test("whoever sets the policy again has it tried again", () => {
  const set = { policy: "heal", setAt: hoursAgo(1) } as const;
  const fought = drift({ foughtAt: hoursAgo(2), alertedAt: hoursAgo(2) });
  expect(actionFor(fought, set, healed(3, 4, 5), NOW)).toBe("heal");
  const refused = drift({ alertedAt: hoursAgo(2), healAfter: addMs(NOW, HOUR_MS) });
  expect(actionFor(refused, set, [], NOW)).toBe("heal");
});
