import { sql } from "kysely";
import type { Db } from "../db/connect.ts";
import type { NewRate, Rate } from "./rate.ts";

/** One change of an organization's rates at a time: until the transaction ends, others wait here. */
export async function lockRates(tx: Db, orgId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`usage_rate:${orgId}`}, 0))`.execute(tx);
}

/** Every rate with its period, in the order of kind, direction, unit and day. */
export async function listRates(db: Db, orgId: string): Promise<readonly Rate[]> {
  const rows = await db
    .selectFrom("usage_rate_period")
    .select(["kind", "direction", "unit", "currency"])
    .select([
      sql<string>`trim_scale(amount)::text`.as("amount"),
      sql<string>`to_char(effective_from, 'YYYY-MM-DD')`.as("effectiveFrom"),
      sql<string | null>`to_char(effective_until, 'YYYY-MM-DD')`.as("effectiveUntil"),
    ])
    .where("org_id", "=", orgId)
    .orderBy("kind")
    .orderBy("direction")
    .orderBy("unit")
    .orderBy("effective_from")
    .execute();
  return rows.map((row) => ({ ...row, effectiveUntil: row.effectiveUntil ?? undefined }));
}

/** Removes the rates that begin on a day. */
export async function deleteRatesFrom(tx: Db, orgId: string, effectiveFrom: string): Promise<void> {
  await tx
    .deleteFrom("usage_rate")
    .where("org_id", "=", orgId)
    .where("effective_from", "=", effectiveFrom)
    .execute();
}

export async function insertRates(
  tx: Db,
  orgId: string,
  terms: { readonly currency: string; readonly effectiveFrom: string },
  rates: readonly NewRate[],
): Promise<void> {
  if (rates.length === 0) return;
  await tx
    .insertInto("usage_rate")
    .values(
      rates.map(({ kind, direction, unit, amount }) => ({
        org_id: orgId,
        kind,
        direction,
        unit,
        amount,
        effective_from: terms.effectiveFrom,
        currency: terms.currency,
      })),
    )
    .execute();
}
