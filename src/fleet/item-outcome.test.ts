import { expect, test } from "vitest";
import type { Operation, OperationError } from "../phone-numbers/operations/operation.ts";
import { outcomeOf, outcomeOfRefusal } from "./item-outcome.ts";

const FRESH = { isDeferred: false, attempts: 1 };
const REJECTED = { code: "twilio_rejected", detail: "No." };
const INTERRUPTED = { code: "operation_interrupted", detail: "The process that ran it ended." };
const LIMITED = { code: "twilio_rate_limited", detail: "Too many." };
const BROKEN = { code: "internal_error", detail: "Something failed." };
const BUSY = { code: "operation_in_progress", detail: "Busy." };

function operation(
  state: Operation["state"],
  phase: Operation["phase"] = "finished",
  error?: OperationError,
): Operation {
  return {
    id: "op_1",
    orgId: "org_1",
    phoneNumberUid: "uid",
    kind: "configure",
    state,
    phase,
    phases: [],
    intent: {
      agentId: "agent_1",
      channels: { sms: false, whatsapp: false },
      takeover: false,
      restore: false,
    },
    previous: null,
    snapshot: undefined,
    desired: undefined,
    changes: undefined,
    withheld: undefined,
    holds: undefined,
    error,
    actor: { userId: "user_1", role: "owner" },
    requestId: "",
    leaseUntil: new Date(0),
    lastWriteAt: undefined,
    attempts: 0,
    createdAt: new Date(0),
    finishedAt: undefined,
  };
}

test.each<[string, Operation, unknown]>([
  ["committed is done", operation("committed"), { state: "done" }],
  ["refused is skipped", operation("refused", "finished", REJECTED), { state: "skipped", problem: REJECTED }],
  [
    "taken back has failed",
    operation("rolled_back", "finished", REJECTED),
    { state: "failed", problem: REJECTED },
  ],
  [
    "beyond help has failed",
    operation("needs_attention", "finished", REJECTED),
    { state: "failed", problem: REJECTED },
  ],
  [
    "interrupted has its turn again",
    operation("rolled_back", "finished", INTERRUPTED),
    { state: "pending", problem: INTERRUPTED },
  ],
  [
    "taken back because Twilio is asked too much has its turn again",
    operation("rolled_back", "finished", LIMITED),
    { state: "pending", problem: LIMITED },
  ],
  [
    "taken back because of a failure of ours has its turn again",
    operation("rolled_back", "finished", BROKEN),
    { state: "pending", problem: BROKEN },
  ],
  [
    "on its way back has failed",
    operation("open", "settling", REJECTED),
    { state: "failed", problem: REJECTED },
  ],
  ["interrupted and on its way back is not decided", operation("open", "restoring", INTERRUPTED), undefined],
  [
    "on its way back because Twilio is asked too much is not decided",
    operation("open", "settling", LIMITED),
    undefined,
  ],
  ["being written is not decided", operation("open", "writing"), undefined],
  ["just begun is not decided", operation("open", "started"), undefined],
])("an operation that is %s", (_name, ended, outcome) => {
  expect(outcomeOf(ended, FRESH)).toEqual(outcome);
});

test("a number over which processes die again and again is given up", () => {
  const ended = operation("rolled_back", "finished", INTERRUPTED);
  expect(outcomeOf(ended, { ...FRESH, attempts: 10 })).toEqual({ state: "failed", problem: INTERRUPTED });
});

test("a number that is busy is tried again after the others, once", () => {
  expect(outcomeOfRefusal(BUSY, { isDeferred: false })).toEqual({
    state: "pending",
    isDeferred: true,
    problem: BUSY,
  });
  expect(outcomeOfRefusal(BUSY, { isDeferred: true })).toEqual({ state: "skipped", problem: BUSY });
});
