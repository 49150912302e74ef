import { expect, test } from "vitest";
import type { FieldClass } from "../phone-numbers/field-class.ts";
import { type DriftPolicy, ignoredClasses, type Policy, type PolicyScope, policyFor } from "./policy.ts";

const TARGET = { orgId: "org_1", accountId: "acct_1", phoneNumberUid: "uid_1" };
const ALL: PolicyScope = { kind: "organization" };
const account = (accountId = "acct_1"): PolicyScope => ({ kind: "account", accountId });
const number = (phoneNumberUid = "uid_1"): PolicyScope => ({ kind: "number", phoneNumberUid });

function set(scope: PolicyScope, policy: Policy, fieldClass?: FieldClass, orgId = "org_1"): DriftPolicy {
  return { orgId, scope, policy, fieldClass, setAt: new Date(0) };
}

test.each<[string, readonly DriftPolicy[], Policy | undefined]>([
  ["nothing that is set", [], undefined],
  ["the organization's", [set(ALL, "alert")], "alert"],
  ["the account's before the organization's", [set(account(), "heal"), set(ALL, "alert")], "heal"],
  ["the number's before the account's", [set(account(), "heal"), set(number(), "observe")], "observe"],
  ["that of the class before that of all", [set(ALL, "alert"), set(ALL, "heal", "voice")], "heal"],
  [
    "the number's for all classes before the account's for this one",
    [set(number(), "ignore"), set(account(), "heal", "voice"), set(ALL, "alert", "voice")],
    "ignore",
  ],
  ["nothing about another class", [set(number(), "heal", "sms"), set(ALL, "alert")], "alert"],
  ["nothing about another account", [set(account("acct_2"), "heal"), set(ALL, "alert")], "alert"],
  ["nothing about another number", [set(number("uid_2"), "heal")], undefined],
  ["nothing of another organization", [set(number(), "heal", "voice", "org_2")], undefined],
])("for voice %s holds", (_name, policies, expected) => {
  expect(policyFor(policies, TARGET, "voice")?.policy).toBe(expected);
  expect(policyFor(policies.toReversed(), TARGET, "voice")?.policy).toBe(expected);
});

test("the classes that are ignored are those whose most specific policy says so", () => {
  const policies = [set(ALL, "ignore"), set(number(), "alert", "sms"), set(account(), "heal", "voice")];
  expect(ignoredClasses(policies, TARGET, ["voice", "sms", "status"])).toEqual(new Set(["status"]));
});
