import type { Db } from "../db/connect.ts";
import type { SecretsOwner } from "./secrets-owner.ts";

export interface SealedSecrets extends SecretsOwner {
  readonly sealed: string;
}

/** Undefined without an agent, and for one that has no secrets. */
export async function findSealedSecrets(db: Db, owner: SecretsOwner): Promise<string | undefined> {
  const row = await db
    .selectFrom("agent")
    .select("webhook_secrets")
    .where("org_id", "=", owner.orgId)
    .where("id", "=", owner.id)
    .executeTakeFirst();
  return row?.webhook_secrets ?? undefined;
}

export async function saveSealedSecrets(db: Db, { orgId, id, sealed }: SealedSecrets): Promise<void> {
  await db
    .updateTable("agent")
    .set({ webhook_secrets: sealed })
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .execute();
}

/** Puts a ciphertext in the place of another, if nobody has changed it meanwhile. */
export async function replaceSealedSecrets(db: Db, before: SealedSecrets, sealed: string): Promise<void> {
  await db
    .updateTable("agent")
    .set({ webhook_secrets: sealed })
    .where("org_id", "=", before.orgId)
    .where("id", "=", before.id)
    .where("webhook_secrets", "=", before.sealed)
    .execute();
}

/** The secrets of every organization's agents, in the order of the agents, those after `after`. */
export async function listSealedSecrets(
  db: Db,
  after: SecretsOwner,
  limit: number,
): Promise<readonly SealedSecrets[]> {
  const rows = await db
    .selectFrom("agent")
    .select(["org_id", "id", "webhook_secrets"])
    .where("webhook_secrets", "is not", null)
    .where((eb) => eb(eb.refTuple("org_id", "id"), ">", eb.tuple(after.orgId, after.id)))
    .orderBy("org_id")
    .orderBy("id")
    .limit(limit)
    .execute();
  return rows.map((row) => ({ orgId: row.org_id, id: row.id, sealed: row.webhook_secrets ?? "" }));
}
