import { type Selectable, sql } from "kysely";
import type { Db } from "../db/connect.ts";
import type { TwilioAccountTable } from "../db/tables/accounts.ts";
import type { Account } from "./account.ts";

export interface SealedAccount extends Account {
  readonly credentials: string;
}

/** Keeps an account, or what is new about it. @returns the id under which it is kept: the first one that it was given */
export async function upsertAccount(tx: Db, account: SealedAccount): Promise<string> {
  const { id, orgId, sid, parentSid, friendlyName, status, credentials, createdAt } = account;
  const row = await tx
    .insertInto("twilio_account")
    .values({
      id,
      org_id: orgId,
      sid,
      parent_sid: parentSid ?? null,
      friendly_name: friendlyName,
      status,
      credentials,
      created_at: createdAt,
      updated_at: createdAt,
    })
    .onConflict((conflict) =>
      conflict.columns(["org_id", "sid"]).doUpdateSet({
        friendly_name: friendlyName,
        status,
        credentials,
        updated_at: createdAt,
      }),
    )
    .returning("id")
    .executeTakeFirstOrThrow();
  return row.id;
}

/** Puts a ciphertext in the place of another, if nobody has changed it meanwhile. */
export async function replaceCredentials(db: Db, account: SealedAccount, credentials: string): Promise<void> {
  await db
    .updateTable("twilio_account")
    .set({ credentials })
    .where("id", "=", account.id)
    .where("credentials", "=", account.credentials)
    .execute();
}

/** Every connection of every organization, in the order of their ids, those after `afterId`. */
export async function listConnections(
  db: Db,
  afterId: string,
  limit: number,
): Promise<readonly SealedAccount[]> {
  const rows = await db
    .selectFrom("twilio_account")
    .selectAll()
    .where("id", ">", afterId)
    .orderBy("id")
    .limit(limit)
    .execute();
  return rows.map(accountFromRow);
}

export async function listAccounts(db: Db, orgId: string): Promise<readonly Account[]> {
  const rows = await db
    .selectFrom("twilio_account")
    .selectAll()
    .where("org_id", "=", orgId)
    .orderBy("id")
    .execute();
  return rows.map((row) => withoutCredentials(accountFromRow(row)));
}

/** Of these SIDs, those of accounts that the organization has connected. */
export async function findConnectedSids(
  db: Db,
  orgId: string,
  sids: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom("twilio_account")
    .select("sid")
    .where("org_id", "=", orgId)
    .where(sql<boolean>`sid = any(${sql.val(sids)}::text[])`)
    .execute();
  return new Set(rows.map(({ sid }) => sid));
}

export async function findAccount(db: Db, orgId: string, id: string): Promise<SealedAccount | undefined> {
  const row = await db
    .selectFrom("twilio_account")
    .selectAll()
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .executeTakeFirst();
  return row && accountFromRow(row);
}

/** For background work, which is for every organization. */
export async function findAccountById(db: Db, id: string): Promise<SealedAccount | undefined> {
  const row = await db.selectFrom("twilio_account").selectAll().where("id", "=", id).executeTakeFirst();
  return row && accountFromRow(row);
}

export async function findAccountBySid(
  db: Db,
  orgId: string,
  sid: string,
): Promise<SealedAccount | undefined> {
  const row = await db
    .selectFrom("twilio_account")
    .selectAll()
    .where("org_id", "=", orgId)
    .where("sid", "=", sid)
    .executeTakeFirst();
  return row && accountFromRow(row);
}

/** Holds the account's row until the transaction ends. */
export async function lockAccount(tx: Db, id: string): Promise<void> {
  await tx.selectFrom("twilio_account").select("id").where("id", "=", id).forUpdate().execute();
}

/** Every connection of these accounts, whichever organization made it: a webhook says the SID and nothing else. */
export async function listConnectionsBySid(
  db: Db,
  sids: readonly string[],
): Promise<readonly SealedAccount[]> {
  const rows = await db
    .selectFrom("twilio_account")
    .selectAll()
    .where("sid", "in", sids)
    .orderBy("id")
    .execute();
  return rows.map(accountFromRow);
}

/** The accounts that somebody has connected and of which somebody has held a number: nobody else's calls count here. */
export async function listAccountsInUse(db: Db): Promise<readonly string[]> {
  const rows = await db
    .selectFrom("twilio_account as a")
    .select("a.sid")
    .distinct()
    .where((eb) =>
      eb.exists(eb.selectFrom("number_tenure as t").select("t.e164").whereRef("t.account_sid", "=", "a.sid")),
    )
    .execute();
  return rows.map(({ sid }) => sid);
}

/**
 * Holds every number of the account until the transaction ends: whoever opens an operation on one, or gives it to somebody,
 * has done so before, or will after.
 */
export async function lockNumbersOf(tx: Db, accountId: string): Promise<void> {
  await tx
    .selectFrom("phone_number")
    .select("uid")
    .where("account_id", "=", accountId)
    // In the order in which everybody locks several.
    .orderBy("uid")
    .forUpdate()
    .execute();
}

/** Numbers that keep an account from being forgotten: assigned, held by another organization, or changing just now. */
export async function countNumbersInUse(db: Db, accountId: string): Promise<number> {
  const { count } = await db
    .selectFrom("phone_number")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("account_id", "=", accountId)
    .where((eb) =>
      eb.or([
        eb("agent_id", "is not", null),
        eb("org_id", "<>", eb.ref("operator_org_id")),
        eb.exists(
          eb
            .selectFrom("operation")
            .select("id")
            .whereRef("operation.phone_number_uid", "=", "phone_number.uid")
            .where("operation.state", "=", "open"),
        ),
      ]),
    )
    .executeTakeFirstOrThrow();
  return count;
}

/** Removes the account, and with it (by foreign key) its numbers and their operations. */
export async function deleteAccount(db: Db, orgId: string, id: string): Promise<void> {
  await db.deleteFrom("twilio_account").where("org_id", "=", orgId).where("id", "=", id).execute();
}

/** What may leave: ciphertext is of no use to anybody outside, but it is a secret's. */
export function withoutCredentials({ credentials: _sealed, ...account }: SealedAccount): Account {
  return account;
}

function accountFromRow(row: Selectable<TwilioAccountTable>): SealedAccount {
  return {
    id: row.id,
    orgId: row.org_id,
    sid: row.sid,
    parentSid: row.parent_sid ?? undefined,
    friendlyName: row.friendly_name,
    status: row.status,
    credentials: row.credentials,
    createdAt: row.created_at,
  };
}
