// Pure: what the form of a rule holds, and the request that it makes.
import { assertNever } from "../components/assert-never.ts";
import type { Rule, SetRule } from "./rules.ts";

export interface RuleDraft {
  readonly scope: "all" | "account" | "number";
  /** Empty until one is chosen. */
  readonly accountId: string;
  readonly phoneNumberId: string;
  /** All of them where there is none. */
  readonly fieldClass: SetRule["fieldClass"] | null;
  readonly policy: Rule["policy"];
}

export const NEW_RULE: RuleDraft = {
  scope: "all",
  accountId: "",
  phoneNumberId: "",
  fieldClass: null,
  policy: "alert",
};

export function ruleFrom({ fieldClass, policy, ...about }: RuleDraft): SetRule {
  return { ...aboutOf(about), ...(fieldClass === null ? {} : { fieldClass }), policy };
}

function aboutOf({ scope, accountId, phoneNumberId }: Omit<RuleDraft, "fieldClass" | "policy">) {
  switch (scope) {
    case "all":
      return {};
    case "account":
      return { accountId };
    case "number":
      return { phoneNumberId };
    default:
      return assertNever(scope);
  }
}

/** Where the form has what the request has at `path`. */
export function ruleFieldOf(path: string): string {
  return path.replace(/^policies\.0\./, "");
}
