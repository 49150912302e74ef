// Numbers by the thousand, as a sweep of a whole account needs them: read in one statement, written in one.
import { sql } from "kysely";
import type { Db } from "../db/connect.ts";
import { jsonb } from "../db/jsonb.ts";
import type { Health, PhoneNumber } from "../phone-numbers/phone-number.ts";
import { asJson, openOperationId } from "../phone-numbers/phone-number-store.ts";
import type { ResourceConfig } from "../twilio/webhook-config.ts";

/** As much of a number as it takes to see whether something differs. */
export type SweptNumber = Pick<
  PhoneNumber,
  | "uid"
  | "orgId"
  | "operatorOrgId"
  | "sid"
  | "e164"
  | "assignment"
  | "health"
  | "status"
  | "observedAt"
  | "settledAt"
  | "openOperationId"
> & {
  /** A sweep has said `unverified` of it, and nobody has looked since. */
  readonly isLowered: boolean;
};

/** The numbers of an account that have these SIDs. */
export async function findSweptNumbers(
  db: Db,
  accountId: string,
  sids: readonly string[],
): Promise<readonly SweptNumber[]> {
  const rows = await db
    .selectFrom("phone_number")
    .leftJoin("swept_number", "swept_number.phone_number_uid", "phone_number.uid")
    .select([
      "uid",
      "org_id",
      "operator_org_id",
      "sid",
      "e164",
      "agent_id",
      "sms_enabled",
      "whatsapp_enabled",
    ])
    .select(["assigned_at", "health", "status", "observed_at", "settled_at", openOperationId])
    .select(sql<boolean>`coalesce(lowered_at = observed_at, false)`.as("is_lowered"))
    .where("account_id", "=", accountId)
    .where(sql<boolean>`sid = any(${sql.val(sids)}::text[])`)
    .execute();
  return rows.map((row) => ({
    uid: row.uid,
    orgId: row.org_id,
    operatorOrgId: row.operator_org_id,
    sid: row.sid,
    e164: row.e164,
    assignment:
      row.agent_id === null || row.assigned_at === null
        ? undefined
        : {
            agentId: row.agent_id,
            channels: { sms: row.sms_enabled, whatsapp: row.whatsapp_enabled },
            assignedAt: row.assigned_at,
          },
    health: row.health as Health,
    status: row.status,
    observedAt: row.observed_at ?? undefined,
    settledAt: row.settled_at ?? undefined,
    openOperationId: row.open_operation_id ?? undefined,
    isLowered: row.is_lowered,
  }));
}

/** The uids of active or assigned numbers of an account that a sweep has not seen, in order; those after `afterUid`. */
export async function listUnseenNumbers(
  db: Db,
  sweep: { readonly accountId: string; readonly id: string; readonly startedAt: Date },
  { afterUid, limit }: { readonly afterUid: string | undefined; readonly limit: number },
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom("phone_number")
    .select("uid")
    .$if(afterUid !== undefined, (query) => query.where("uid", ">", afterUid ?? ""))
    .where("account_id", "=", sweep.accountId)
    .where("created_at", "<", sweep.startedAt)
    .where((eb) => eb.or([eb("status", "=", "active"), eb("agent_id", "is not", null)]))
    // Not "not exists": planned from statistics that know no row of this sweep yet, it compares each number with every other,
    // which took 4 s for 10,000 numbers.
    .except((eb) =>
      eb.selectFrom("swept_number").select("phone_number_uid as uid").where("sweep_id", "=", sweep.id),
    )
    .orderBy("uid")
    .limit(limit)
    .execute();
  return rows.map(({ uid }) => uid);
}

export interface Sighting {
  readonly uid: string;
  readonly health: Health;
  readonly status: PhoneNumber["status"];
  /** Whether the next sweep that may read more may say more of it. */
  readonly isLowered: boolean;
  /** Undefined: what was seen before stays. */
  readonly observed: readonly ResourceConfig[] | undefined;
}

/** What a sweep has seen of locked numbers. */
export async function saveSightings(tx: Db, sightings: readonly Sighting[], seenAt: Date): Promise<void> {
  if (sightings.length === 0) return;
  const seen = sightings.map(({ observed, ...sighting }) => ({
    ...sighting,
    observed: asJson(observed) ?? null,
  }));
  await sql`with seen as (
      select * from jsonb_to_recordset(${jsonb(seen)})
        as seen (uid uuid, health text, status text, "isLowered" boolean, observed jsonb)
    ), lowered as (
      update swept_number set lowered_at = case when seen."isLowered" then ${seenAt}::timestamptz end,
        verdicts_seen_at = case when seen.status = 'active' and voice is not null then ${seenAt}::timestamptz end
      from seen where swept_number.phone_number_uid = seen.uid
    )
    update phone_number set health = seen.health, status = seen.status, observed_at = ${seenAt},
      observed = coalesce(nullif(seen.observed, 'null'), phone_number.observed)
    from seen where phone_number.uid = seen.uid`.execute(tx);
}
