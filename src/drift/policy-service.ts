// What an organization wants to be done about differences, as it sets and sees it.
import { findAccount } from "../accounts/account-store.ts";
import { appendAudit } from "../audit/audit-service.ts";
import { type Actor, requireRole } from "../auth/actor.ts";
import type { Clock } from "../base/clock.ts";
import { AppError } from "../base/errors.ts";
import { type Page, pageOf } from "../base/page.ts";
import type { Db } from "../db/connect.ts";
import type { FieldClass } from "../phone-numbers/field-class.ts";
import { getPhoneNumber } from "../phone-numbers/phone-number-lookup.ts";
import type { Policy, PolicyScope } from "./policy.ts";
import { deletePolicy, findPolicy, listPolicies, type NamedPolicy, savePolicy } from "./policy-store.ts";

interface PolicyDeps {
  readonly db: Db;
  readonly clock: Clock;
}

/** About one number, or all that the organization holds in one of its accounts, or all that it holds. */
export interface SetPolicy {
  readonly phoneNumberId?: string | undefined;
  readonly accountId?: string | undefined;
  /** All classes unless set. */
  readonly fieldClass?: FieldClass | undefined;
  /** Undefined: as if none had been set. */
  readonly policy: Policy | undefined;
}

/**
 * Sets all of these policies or none. They hold from the next sweep on.
 *
 * @throws AppError `forbidden`, `phone_number_not_found`, `account_not_found`
 */
export async function setPolicies(
  { db, clock }: PolicyDeps,
  actor: Actor,
  policies: readonly SetPolicy[],
): Promise<void> {
  requireRole(actor, "admin");
  await db.transaction().execute(async (tx) => {
    for (const { policy, ...about } of policies) {
      const key = {
        orgId: actor.orgId,
        scope: await scopeOf(tx, actor, about),
        fieldClass: about.fieldClass,
      };
      const before = await findPolicy(tx, key);
      if (policy === undefined) await deletePolicy(tx, key);
      else await savePolicy(tx, { ...key, policy, setAt: clock.now() });
      await appendAudit(tx, clock, actor, {
        action: "drift.set_policy",
        target: policyTarget(actor, about),
        before: before ? { policy: before.policy } : null,
        after: policy === undefined ? null : { policy, fieldClass: about.fieldClass ?? null },
        outcome: "committed",
      });
    }
  });
}

async function scopeOf(
  tx: Db,
  { orgId }: Actor,
  { phoneNumberId, accountId }: Omit<SetPolicy, "policy">,
): Promise<PolicyScope> {
  if (phoneNumberId !== undefined) {
    const { uid } = await getPhoneNumber(tx, { orgId }, phoneNumberId);
    return { kind: "number", phoneNumberUid: uid };
  }
  if (accountId === undefined) return { kind: "organization" };
  if (!(await findAccount(tx, orgId, accountId))) throw new AppError("account_not_found");
  return { kind: "account", accountId };
}

function policyTarget({ orgId }: Actor, { phoneNumberId, accountId }: Omit<SetPolicy, "policy">) {
  if (phoneNumberId !== undefined) return { type: "phone_number", id: phoneNumberId };
  return accountId === undefined
    ? { type: "organization", id: orgId }
    : { type: "twilio_account", id: accountId };
}

export interface PolicyQuery {
  /** Only those that may hold for this number. */
  readonly phoneNumberId?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** @throws AppError `phone_number_not_found` */
export async function listPolicyPage(
  { db }: Pick<PolicyDeps, "db">,
  { orgId }: Actor,
  { phoneNumberId, cursor = "", limit }: PolicyQuery,
): Promise<Page<NamedPolicy>> {
  const number = phoneNumberId === undefined ? undefined : await getPhoneNumber(db, { orgId }, phoneNumberId);
  const [scope = "", fieldClass = "", name = ""] = cursor.split("/", 3);
  const after = { scope, fieldClass, name };
  const rows = await listPolicies(db, orgId, { number, after, limit: limit + 1 });
  return pageOf(rows, limit, cursorOf);
}

function cursorOf({ scope, fieldClass, phoneNumberId = "" }: NamedPolicy): string {
  return `${scope.kind}/${fieldClass ?? ""}/${scope.kind === "account" ? scope.accountId : phoneNumberId}`;
}
