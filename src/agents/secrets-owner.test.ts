import { expect, test } from "vitest";
import { secretsOwnerName } from "./secrets-owner.ts";

test("no two agents' secrets are sealed for the same name", () => {
  const names = [
    { orgId: "org_1", id: "agent_1" },
    { orgId: "org_1", id: "agent_2" },
    { orgId: "org_2", id: "agent_1" },
    { orgId: "a:b", id: "c" },
    { orgId: "a", id: "b:c" },
  ].map(secretsOwnerName);
  expect(new Set(names).size).toBe(names.length);
});
