import { expect, test } from "vitest";
import type { Batch, BatchState } from "./batch.ts";
import {
  type BatchAction,
  countsOf,
  reasonToStop,
  refuseAction,
  secondsLeft,
  sizesFor,
} from "./batch-rules.ts";

const NOW = new Date("2026-01-01T00:00:00Z");
const LATER = new Date("2026-01-01T00:01:00Z");

const batch = (patch: Partial<Batch>): Batch => ({
  id: "batch_1",
  orgId: "org_1",
  state: "planned",
  intent: { action: "configure" },
  selection: {},
  selectedCount: 0,
  actor: { userId: "user_1", role: "owner" },
  appliedBy: undefined,
  applyWhenPlanned: undefined,
  canarySize: undefined,
  failureBudget: undefined,
  canaryVerifiedAt: undefined,
  stopped: undefined,
  undoes: undefined,
  undoneBy: undefined,
  plannedThrough: undefined,
  itemCount: 0,
  counts: countsOf({}),
  perSecond: undefined,
  revision: 0,
  isRun: false,
  leaseUntil: undefined,
  expiresAt: LATER,
  appliedAt: undefined,
  endedAt: undefined,
  createdAt: NOW,
  ...patch,
});

test.each<[BatchAction, readonly BatchState[]]>([
  ["apply", ["planned"]],
  ["pause", ["canary", "running"]],
  ["resume", ["paused"]],
  ["cancel", ["planning", "planned", "canary", "running", "paused"]],
  ["undo", ["stopped", "cancelled", "done"]],
])("%s is possible in %j, and in no other state", (action, possible) => {
  const states: readonly BatchState[] = [
    "planning",
    "planned",
    "canary",
    "running",
    "paused",
    "stopped",
    "cancelled",
    "done",
  ];
  const counts = countsOf({ done: 1 });
  const found = states.filter((state) => refuseAction(action, batch({ state, counts }), NOW) === undefined);
  expect(found).toEqual(possible);
});

test.each<[string, BatchAction, Partial<Batch>, string]>([
  ["applied already", "apply", { state: "done", appliedAt: NOW }, "plan_applied"],
  ["expired", "apply", { expiresAt: NOW }, "plan_expired"],
  ["still being ended", "undo", { state: "cancelled", leaseUntil: LATER }, "batch_state"],
  ["without a change", "undo", { state: "cancelled" }, "batch_state"],
])("a batch that is %s is refused to %s", (_name, action, patch, code) => {
  expect(refuseAction(action, batch(patch), NOW)?.code).toBe(code);
});

test.each([
  [0, {}, 0, 5],
  [1, {}, 1, 5],
  [100, {}, 1, 5],
  [101, {}, 2, 6],
  [10_000, {}, 100, 500],
  [10, { canarySize: 50 }, 10, 5],
  [10, { canarySize: 0, failureBudget: 0 }, 0, 0],
])(
  "%i numbers with %j have a canary of %i and may fail %i times",
  (count, input, canarySize, failureBudget) => {
    expect(sizesFor(count, input)).toEqual({ canarySize, failureBudget });
  },
);

test.each<[BatchState, number, number, string | undefined]>([
  ["canary", 1, 100, "canary_failed"],
  ["canary", 0, 0, undefined],
  ["running", 5, 5, undefined],
  ["running", 6, 5, "failure_budget"],
  ["paused", 6, 5, undefined],
])("%s with %i failures of %i", (state, failed, budget, reason) => {
  expect(reasonToStop(state, { failed }, budget)?.reason).toBe(reason);
});

test.each<[string, Partial<Batch>, number | undefined]>([
  ["at 10 a second", { state: "running", perSecond: 10, counts: countsOf({ pending: 95, running: 3 }) }, 10],
  ["in planning", { state: "planning", perSecond: 100, selectedCount: 1_000, itemCount: 400 }, 6],
  ["before there is a rate", { state: "running", counts: countsOf({ pending: 95 }) }, undefined],
  ["paused", { state: "paused", perSecond: 10, counts: countsOf({ pending: 95 }) }, undefined],
])("the seconds left %s", (_name, patch, seconds) => {
  expect(secondsLeft(batch(patch))).toBe(seconds);
});
