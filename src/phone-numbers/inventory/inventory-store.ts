import { sql } from "kysely";
import type { Db } from "../../db/connect.ts";
import { jsonb } from "../../db/jsonb.ts";
import type { Capabilities } from "../phone-number.ts";

/** What is kept of a number as Twilio lists it. */
export interface ImportedNumber {
  readonly sid: string;
  readonly e164: string;
  readonly friendlyName: string;
  readonly capabilities: Capabilities;
}

export interface InventoryOwner {
  readonly orgId: string;
  readonly accountId: string;
  readonly accountSid: string;
}

export interface InventoryRow {
  readonly uid: string;
  readonly id: string;
  readonly accountSid: string;
  readonly sid: string;
  readonly e164: string;
  readonly friendlyName: string;
  readonly capabilities: Capabilities;
  readonly status: string;
  readonly operatorOrgId: string;
}

/** What we know of the listed numbers: the same number in this account, or the same SID in any other. */
export async function findKnownNumbers(
  tx: Db,
  accountSid: string,
  numbers: readonly ImportedNumber[],
): Promise<readonly InventoryRow[]> {
  if (numbers.length === 0) return [];
  const sids = numbers.map(({ sid }) => sid);
  const e164s = numbers.map(({ e164 }) => e164);
  const rows = await tx
    .selectFrom("phone_number")
    .select([
      "uid",
      "id",
      "account_sid",
      "sid",
      "e164",
      "friendly_name",
      "capabilities",
      "status",
      "operator_org_id",
    ])
    .where((eb) =>
      eb.or([eb("sid", "in", sids), eb.and([eb("account_sid", "=", accountSid), eb("e164", "in", e164s)])]),
    )
    .execute();
  return rows.map((row) => ({
    uid: row.uid,
    id: row.id,
    accountSid: row.account_sid,
    sid: row.sid,
    e164: row.e164,
    friendlyName: row.friendly_name,
    capabilities: row.capabilities as Capabilities,
    status: row.status,
    operatorOrgId: row.operator_org_id,
  }));
}

/** At most 1,000 at a time: PostgreSQL takes 65,535 parameters. */
export async function insertNumbers(
  tx: Db,
  owner: InventoryOwner,
  numbers: readonly (ImportedNumber & { uid: string; id: string })[],
  now: Date,
): Promise<void> {
  if (numbers.length === 0) return;
  const rows = numbers.map((number) => ({
    uid: number.uid,
    org_id: owner.orgId,
    id: number.id,
    operator_org_id: owner.orgId,
    account_id: owner.accountId,
    account_sid: owner.accountSid,
    sid: number.sid,
    e164: number.e164,
    friendly_name: number.friendlyName,
    capabilities: jsonb({ ...number.capabilities }),
    status: "active" as const,
    sms_enabled: false,
    whatsapp_enabled: false,
    health: "unassigned",
    created_at: now,
    updated_at: now,
  }));
  await tx.insertInto("phone_number").values(rows).execute();
}

/**
 * What Twilio says of known numbers; also of those that have come from another account, or were bought anew: then Twilio
 * has given the number a new SID and its own configuration, so nothing that was seen of the old one holds, and there is
 * nothing of it to restore. An agent that is still assigned does not answer.
 */
export async function updateImportedNumbers(
  tx: Db,
  owner: InventoryOwner,
  numbers: readonly (ImportedNumber & Pick<InventoryRow, "uid">)[],
  now: Date,
): Promise<void> {
  if (numbers.length === 0) return;
  const listed = numbers.map(({ uid, sid, e164, friendlyName, capabilities }) => ({
    uid,
    sid,
    e164,
    friendlyName,
    capabilities: { ...capabilities },
  }));
  const isSame = sql<boolean>`phone_number.sid = listed.sid`;
  await sql`
    update phone_number set
      account_id = ${owner.accountId},
      account_sid = ${owner.accountSid},
      sid = listed.sid,
      e164 = listed.e164,
      friendly_name = listed."friendlyName",
      capabilities = listed.capabilities,
      status = 'active',
      updated_at = ${now},
      desired = case when ${isSame} then desired end,
      observed = case when ${isSame} then observed end,
      observed_at = case when ${isSame} then observed_at end,
      original = case when ${isSame} then original end,
      health = case when ${isSame} then health when agent_id is null then 'unassigned' else 'drifted' end
    from jsonb_to_recordset(${jsonb(listed)}) as listed(
      uid uuid, sid text, e164 text, "friendlyName" text, capabilities jsonb)
    where phone_number.uid = listed.uid`.execute(tx);
}

export async function releaseNumbers(tx: Db, uids: readonly string[], now: Date): Promise<void> {
  if (uids.length === 0) return;
  await tx
    .updateTable("phone_number")
    .set({ status: "released", updated_at: now })
    .where("uid", "in", uids)
    .execute();
}

/** The uids of active numbers of an account that a listing did not contain, though they were known when it began. */
export async function listUnlistedNumbers(
  db: Db,
  accountId: string,
  listing: { readonly sids: readonly string[]; readonly begunAt: Date },
  limit: number,
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom("phone_number")
    .select("uid")
    .where("account_id", "=", accountId)
    .where("status", "=", "active")
    .where("created_at", "<", listing.begunAt)
    .where(
      sql<boolean>`not exists (select from unnest(${sql.val(listing.sids)}::text[]) as listed(sid)
        where listed.sid = phone_number.sid)`,
    )
    .orderBy("uid")
    .limit(limit)
    .execute();
  return rows.map(({ uid }) => uid);
}
