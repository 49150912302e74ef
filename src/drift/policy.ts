// Pure: what is to be done about a difference. The most specific policy wins: of the number before the account's before the
// organization's; within one of these, of the class of fields before that of all classes.
import type { FieldClass } from "../phone-numbers/field-class.ts";
import type { PhoneNumber } from "../phone-numbers/phone-number.ts";

/**
 * - `observe`: it is written down
 * - `alert`: and somebody is told
 * - `heal`: what is wanted is written again; somebody is told where that is not possible
 * - `ignore`: nothing; the number's health does not follow either
 */
export type Policy = (typeof POLICIES)[number];
export const POLICIES = ["observe", "alert", "heal", "ignore"] as const;

export type PolicyScope =
  | { readonly kind: "organization" }
  | { readonly kind: "account"; readonly accountId: string }
  | { readonly kind: "number"; readonly phoneNumberUid: string };

/** What an organization has said about the numbers that it holds. */
export interface DriftPolicy {
  readonly orgId: string;
  readonly scope: PolicyScope;
  /** Undefined for every class. */
  readonly fieldClass: FieldClass | undefined;
  readonly policy: Policy;
  readonly setAt: Date;
}

export interface PolicyTarget {
  readonly orgId: string;
  readonly accountId: string;
  readonly phoneNumberUid: string;
}

export function policyTarget({
  orgId,
  accountId,
  uid,
}: Pick<PhoneNumber, "orgId" | "accountId" | "uid">): PolicyTarget {
  return { orgId, accountId, phoneNumberUid: uid };
}

/** Adopting a live account changes nothing, and disturbs nobody, until somebody says so. */
export const DEFAULT_POLICY: Policy = "observe";

/** The policy that holds for a class of a number's fields; undefined where nobody has set one. */
export function policyFor(
  policies: readonly DriftPolicy[],
  target: PolicyTarget,
  fieldClass: FieldClass,
): DriftPolicy | undefined {
  return policies
    .filter((policy) => policy.orgId === target.orgId && isAbout(policy.scope, target))
    .filter((policy) => policy.fieldClass === undefined || policy.fieldClass === fieldClass)
    .toSorted((a, b) => specificity(b) - specificity(a))[0];
}

function isAbout(scope: PolicyScope, { accountId, phoneNumberUid }: PolicyTarget): boolean {
  if (scope.kind === "organization") return true;
  return scope.kind === "account" ? scope.accountId === accountId : scope.phoneNumberUid === phoneNumberUid;
}

const OF_SCOPE = { organization: 0, account: 2, number: 4 } as const;

function specificity({ scope, fieldClass }: DriftPolicy): number {
  return OF_SCOPE[scope.kind] + (fieldClass === undefined ? 0 : 1);
}

/** The classes of a number's fields of which nobody wants to hear. */
export function ignoredClasses(
  policies: readonly DriftPolicy[],
  target: PolicyTarget,
  classes: readonly FieldClass[],
): ReadonlySet<FieldClass> {
  return new Set(classes.filter((name) => policyFor(policies, target, name)?.policy === "ignore"));
}
