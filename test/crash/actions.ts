// What can happen in a history: changes of ours and of somebody else's, failures, crashes, and time that passes.
import * as fc from "fast-check";

export const LEASE_MS = 60_000;
export const WINDOW_MS = 30_000;
export const LONGEST_WAIT_MS = 600_000;
export const AGENTS = ["agent_1", "agent_2"];

// Most of it happens to the one with the most to lose, and to the one that shares its service; else little would meet.
const number = fc.constantFrom(0, 1, 1, 2, 2, 2, 2);
const agent = fc.constantFrom(...AGENTS);
const flag = fc.boolean();
const mostly = fc.constantFrom(true, true, true, false);

const change = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      act: fc.constant("assign" as const),
      number,
      agent,
      enableSms: mostly,
      enableWhatsApp: mostly,
      takeover: mostly,
    }),
  },
  { weight: 2, arbitrary: fc.record({ act: fc.constant("unassign" as const), number, restore: flag }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant("configure" as const), number }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant("verify" as const), number }) },
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constant("somebodyElse" as const),
      number,
      field: fc.constantFrom(
        "voiceUrl",
        "voiceFallbackUrl",
        "smsUrl",
        "trunkSid",
        "inboundRequestUrl",
        "callbackUrl",
      ),
      isCleared: flag,
    }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant("deleteAgent" as const), agent }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant("recover" as const) }) },
);

export const action = fc.oneof(
  { weight: 8, arbitrary: change },
  {
    weight: 3,
    arbitrary: fc.record({
      act: fc.constant("together" as const),
      changes: fc.array(change, { minLength: 2, maxLength: 3 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      act: fc.constant("fault" as const),
      kind: fc.constantFrom(
        "hang",
        "applyThenHang",
        "hangThenApply",
        "reset",
        "applyThenReset",
        "rejected",
        "unavailable",
        "limited",
      ),
      method: fc.constantFrom("POST", "POST", "POST", "GET"),
      skip: fc.nat({ max: 3 }),
      times: fc.constantFrom(1, 1, 2, 4, 8),
    }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant("repair" as const) }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant("land" as const) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      act: fc.constant("wait" as const),
      ms: fc.constantFrom(1_000, 10_000, WINDOW_MS, LEASE_MS, LONGEST_WAIT_MS),
      recovers: mostly,
    }),
  },
  // The next operation's process dies at a step of it.
  {
    weight: 2,
    arbitrary: fc.record({ act: fc.constant("crash" as const), ordinal: fc.integer({ min: 1, max: 9 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constant("pause" as const),
      step: fc.constantFrom(
        "opened",
        "state_read",
        "snapshot_stored",
        "writing",
        "written",
        "restoring",
        "restored",
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant("resume" as const) }) },
);

export type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;
export type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;
