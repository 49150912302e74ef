import { expect, test } from "vitest";
import { AppError } from "../base/errors.ts";
import type { PhoneNumber } from "../phone-numbers/phone-number.ts";
import type { Batch } from "./batch.ts";
import type { RunDeps } from "./fleet-deps.ts";
import { type PageAccess, planItem } from "./item-plan.ts";

const number = { uid: "uid_1", id: "phone_1", orgId: "org_1", assignment: undefined } as PhoneNumber;
const intent = {
  action: "assign",
  agentId: "agent_1",
  channels: { sms: false, whatsapp: false },
  takeover: false,
} as const;

/** Nothing else is asked for before the agent is. */
function planWith(checkAgent: PageAccess["checkAgent"]) {
  const connect = () => Promise.reject(new Error("Nobody connects"));
  return planItem({} as RunDeps, { intent } as unknown as Batch, { number }, { connect, checkAgent });
}

test("what is wrong with a number becomes its item's problem", async () => {
  const item = await planWith(() => Promise.reject(new AppError("agent_not_found")));
  expect(item).toMatchObject({ state: "skipped", problem: { code: "agent_not_found" } });
});

test("what is wrong with the database is no number's problem: the run fails, and is tried again", async () => {
  const lost = new Error("connect ECONNREFUSED 10.0.0.7:5432");
  await expect(planWith(() => Promise.reject(lost))).rejects.toBe(lost);
});
