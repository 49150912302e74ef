import type { Json } from "../base/json.ts";
import type { Db } from "../db/connect.ts";
import { jsonb } from "../db/jsonb.ts";

export interface KeptResponse {
  readonly status: number;
  readonly body: Json;
  /** The header. */
  readonly location: string | undefined;
}

export interface StoredResponse {
  readonly requestHash: string;
  /** Undefined while the first request is running, or if its process died. */
  readonly response: KeptResponse | undefined;
  readonly lockedUntil: Date;
}

export interface IdempotencyClaim {
  readonly orgId: string;
  readonly key: string;
  readonly requestHash: string;
  readonly lockedUntil: Date;
  readonly now: Date;
}

/** Claims a key that nobody has used, or whose request never ended. @returns its first use; undefined when it is taken */
export async function claimKey(db: Db, claim: IdempotencyClaim): Promise<Date | undefined> {
  const claimed = await db
    .insertInto("idempotency_key")
    .values({
      org_id: claim.orgId,
      key: claim.key,
      request_hash: claim.requestHash,
      locked_until: claim.lockedUntil,
      created_at: claim.now,
    })
    .onConflict((conflict) =>
      conflict
        .columns(["org_id", "key"])
        .doUpdateSet({ locked_until: claim.lockedUntil })
        .where("idempotency_key.response_status", "is", null)
        .where("idempotency_key.locked_until", "<=", claim.now)
        .where("idempotency_key.request_hash", "=", claim.requestHash),
    )
    .returning("created_at")
    .executeTakeFirst();
  return claimed?.created_at;
}

export async function findKey(db: Db, orgId: string, key: string): Promise<StoredResponse | undefined> {
  const row = await db
    .selectFrom("idempotency_key")
    .selectAll()
    .where("org_id", "=", orgId)
    .where("key", "=", key)
    .executeTakeFirst();
  if (!row) return undefined;
  const { response_status: status, response_location: location } = row;
  // Only ever written by saveResponse.
  const body = row.response_body as Json;
  return {
    requestHash: row.request_hash,
    response: status === null ? undefined : { status, body, location: location ?? undefined },
    lockedUntil: row.locked_until,
  };
}

export async function saveResponse(
  db: Db,
  orgId: string,
  key: string,
  { status, body, location }: KeptResponse,
): Promise<void> {
  await db
    .updateTable("idempotency_key")
    .set({ response_status: status, response_body: jsonb(body), response_location: location ?? null })
    .where("org_id", "=", orgId)
    .where("key", "=", key)
    .execute();
}

/** Lets the next request have a key at once; that an earlier one never ended stays known. */
export async function releaseKey(db: Db, orgId: string, key: string, now: Date): Promise<void> {
  await db
    .updateTable("idempotency_key")
    .set({ locked_until: now })
    .where("org_id", "=", orgId)
    .where("key", "=", key)
    .execute();
}

export async function forgetKey(db: Db, orgId: string, key: string): Promise<void> {
  await db.deleteFrom("idempotency_key").where("org_id", "=", orgId).where("key", "=", key).execute();
}

export async function forgetKeysBefore(db: Db, before: Date): Promise<void> {
  await db.deleteFrom("idempotency_key").where("created_at", "<", before).execute();
}
