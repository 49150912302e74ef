import { type Selectable, sql } from "kysely";
import type { Db } from "../db/connect.ts";
import type { DriftPolicyTable } from "../db/tables/drift.ts";
import type { FieldClass } from "../phone-numbers/field-class.ts";
import type { PhoneNumber } from "../phone-numbers/phone-number.ts";
import type { DriftPolicy, Policy, PolicyScope, PolicyTarget } from "./policy.ts";

/** The policies that may hold for some numbers of one account, whoever holds them. */
export async function listPoliciesFor(
  db: Db,
  accountId: string,
  targets: readonly PolicyTarget[],
): Promise<readonly DriftPolicy[]> {
  if (targets.length === 0) return [];
  const orgIds = [...new Set(targets.map(({ orgId }) => orgId))];
  const uids = targets.map(({ phoneNumberUid }) => phoneNumberUid);
  const rows = await db
    .selectFrom("drift_policy")
    .selectAll()
    .where("org_id", "in", orgIds)
    .where((eb) =>
      eb.or([
        eb("scope", "=", "organization"),
        eb("account_id", "=", accountId),
        eb("phone_number_uid", "in", uids),
      ]),
    )
    .execute();
  return rows.map(policyFromRow);
}

export interface NamedPolicy extends DriftPolicy {
  /** The id of the number that it is about, as its holder calls it. */
  readonly phoneNumberId: string | undefined;
}

/** Where a list goes on: what the last policy of the page before is about. */
export interface PolicyKey {
  readonly scope: string;
  /** The number's or the account's id. */
  readonly name: string;
  readonly fieldClass: string;
}

interface PolicyList {
  /** Only those that may hold for it. */
  readonly number: Pick<PhoneNumber, "uid" | "accountId"> | undefined;
  readonly after: PolicyKey;
  readonly limit: number;
}

/** An organization's policies in the order of their keys; those about numbers that it holds no more are left out. */
export async function listPolicies(
  db: Db,
  orgId: string,
  { number, after, limit }: PolicyList,
): Promise<readonly NamedPolicy[]> {
  const name = sql<string>`coalesce(n.id, p.account_id, '')`;
  const rows = await db
    .selectFrom("drift_policy as p")
    .leftJoin("phone_number as n", (join) =>
      join.onRef("n.uid", "=", "p.phone_number_uid").on("n.org_id", "=", orgId),
    )
    .selectAll("p")
    .select("n.id as number_id")
    .where("p.org_id", "=", orgId)
    .where((eb) => eb.or([eb("p.phone_number_uid", "is", null), eb("n.id", "is not", null)]))
    .$if(number !== undefined, (query) =>
      query.where((eb) =>
        eb.or([
          eb("p.scope", "=", "organization"),
          eb("p.account_id", "=", number?.accountId ?? ""),
          eb("p.phone_number_uid", "=", number?.uid ?? ""),
        ]),
      ),
    )
    .where(
      sql<boolean>`(p.scope, ${name}, p.field_class) > (${after.scope}, ${after.name}, ${after.fieldClass})`,
    )
    .orderBy("p.scope")
    .orderBy(name)
    .orderBy("p.field_class")
    .limit(limit)
    .execute();
  return rows.map((row) => ({ ...policyFromRow(row), phoneNumberId: row.number_id ?? undefined }));
}

export async function savePolicy(tx: Db, policy: DriftPolicy): Promise<void> {
  await tx
    .insertInto("drift_policy")
    .values({
      ...keyColumns(policy),
      account_id: policy.scope.kind === "account" ? policy.scope.accountId : null,
      phone_number_uid: policy.scope.kind === "number" ? policy.scope.phoneNumberUid : null,
      policy: policy.policy,
      set_at: policy.setAt,
    })
    .onConflict((conflict) =>
      conflict
        .columns(["org_id", "scope", "scope_id", "field_class"])
        .doUpdateSet({ policy: policy.policy, set_at: policy.setAt }),
    )
    .execute();
}

export async function deletePolicy(
  tx: Db,
  key: Pick<DriftPolicy, "orgId" | "scope" | "fieldClass">,
): Promise<void> {
  const { org_id, scope, scope_id, field_class } = keyColumns(key);
  await tx
    .deleteFrom("drift_policy")
    .where("org_id", "=", org_id)
    .where("scope", "=", scope)
    .where("scope_id", "=", scope_id)
    .where("field_class", "=", field_class)
    .execute();
}

export async function findPolicy(
  tx: Db,
  key: Pick<DriftPolicy, "orgId" | "scope" | "fieldClass">,
): Promise<DriftPolicy | undefined> {
  const { org_id, scope, scope_id, field_class } = keyColumns(key);
  const row = await tx
    .selectFrom("drift_policy")
    .selectAll()
    .where("org_id", "=", org_id)
    .where("scope", "=", scope)
    .where("scope_id", "=", scope_id)
    .where("field_class", "=", field_class)
    .executeTakeFirst();
  return row && policyFromRow(row);
}

function scopeIdOf(scope: PolicyScope): string {
  if (scope.kind === "organization") return "";
  return scope.kind === "account" ? scope.accountId : scope.phoneNumberUid;
}

function keyColumns({ orgId, scope, fieldClass }: Pick<DriftPolicy, "orgId" | "scope" | "fieldClass">) {
  return { org_id: orgId, scope: scope.kind, scope_id: scopeIdOf(scope), field_class: fieldClass ?? "" };
}

// The text columns are written by this file only, from the types that they are read as.
function policyFromRow(row: Selectable<DriftPolicyTable>): DriftPolicy {
  return {
    orgId: row.org_id,
    scope: scopeFromRow(row),
    fieldClass: row.field_class === "" ? undefined : (row.field_class as FieldClass),
    policy: row.policy as Policy,
    setAt: row.set_at,
  };
}

function scopeFromRow({ scope, scope_id }: Selectable<DriftPolicyTable>): PolicyScope {
  if (scope === "organization") return { kind: scope };
  return scope === "account"
    ? { kind: scope, accountId: scope_id }
    : { kind: scope, phoneNumberUid: scope_id };
}
