import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type AgentAnswers, STAND_IN } from "./route.ts";
import { RouteIndex } from "./route-index.ts";
import type { AssignedNumber } from "./routing-store.ts";

const ANSWERS: AgentAnswers = {
  voice: { kind: "reject", reason: "busy" },
  messaging: { kind: "reply", text: "Hello" },
  webhookSecrets: { current: "secret" },
};

function number(changes: Partial<AssignedNumber> = {}): AssignedNumber {
  return {
    uid: "uid-1",
    id: "phone_1",
    accountSid: "ACone",
    e164: "+14155550101",
    operatorOrgId: "operator",
    agent: { orgId: "holder", id: "agent_1" },
    ...changes,
  };
}

test("a number is found by its account and E.164, with its agent's answers", () => {
  const index = new RouteIndex();
  index.putAgent({ orgId: "holder", id: "agent_1" }, ANSWERS);
  index.putNumber(number());
  expect(index.find("ACone", "+14155550101")).toEqual({
    orgId: "holder",
    operatorOrgId: "operator",
    phoneNumberId: "phone_1",
    phoneNumberUid: "uid-1",
    e164: "+14155550101",
    agentId: "agent_1",
    ...ANSWERS,
  });
});

test.each([
  ["ACother", "+14155550101"],
  ["ACone", "+14155550102"],
  ["ACone +14155550101", ""],
  ["__proto__", "toString"],
  ["", ""],
])("nothing is found for %j and %j", (accountSid, e164) => {
  const index = new RouteIndex();
  index.putNumber(number());
  expect(index.find(accountSid, e164)).toBeUndefined();
});

test("somebody stands in for an agent that is not known yet, and no longer once it is", () => {
  const index = new RouteIndex();
  index.putNumber(number());
  expect(index.find("ACone", "+14155550101")).toMatchObject(STAND_IN);
  index.putAgent({ orgId: "holder", id: "agent_1" }, ANSWERS);
  expect(index.find("ACone", "+14155550101")).toMatchObject(ANSWERS);
});

test("agents of the same id in two organizations are two agents", () => {
  const index = new RouteIndex();
  index.putAgent({ orgId: "a b", id: "agent_1" }, ANSWERS);
  expect(index.answersOf({ orgId: "b", id: "agent_1" })).toBeUndefined();
  expect(index.answersOf({ orgId: "a b", id: "agent_1" })).toBe(ANSWERS);
});

test("an agent that is gone is forgotten", () => {
  const index = new RouteIndex();
  const key = { orgId: "holder", id: "agent_1" };
  index.putAgent(key, ANSWERS);
  index.removeAgent(key);
  expect(index.answersOf(key)).toBeUndefined();
});

const uid = fc.constantFrom("uid-1", "uid-2", "uid-3");
const put = fc.record({
  uid,
  accountSid: fc.constantFrom("ACone", "ACtwo"),
  e164: fc.constantFrom("+14155550101", "+14155550102"),
});
const steps = fc.array(fc.oneof(put, fc.record({ uid })), { maxLength: 30 });

test("whatever is put and removed, an address is whose it was given last, if that is still there", () => {
  fc.assert(
    fc.property(steps, (sequence) => {
      const index = new RouteIndex();
      const numbers = new Map<string, AssignedNumber>();
      const lastAt = new Map<string, string>();
      for (const step of sequence) {
        if ("e164" in step) {
          index.putNumber(number(step));
          numbers.set(step.uid, number(step));
          lastAt.set(`${step.accountSid} ${step.e164}`, step.uid);
        } else {
          index.removeNumber(step.uid);
          numbers.delete(step.uid);
        }
      }
      expect(index.numberCount).toBe(numbers.size);
      for (const [address, owner] of lastAt) {
        const [accountSid = "", e164 = ""] = address.split(" ");
        const kept = numbers.get(owner);
        const isThere = kept?.accountSid === accountSid && kept.e164 === e164;
        expect(index.find(accountSid, e164)?.phoneNumberUid).toBe(isThere ? owner : undefined);
      }
    }),
  );
});
