// Which numbers an organization has, page by page, and how many.
import { type Expression, expressionBuilder, type SqlBool, sql } from "kysely";
import type { Db } from "../../db/connect.ts";
import type { Tables } from "../../db/tables.ts";
import { HEALTHS, type PhoneNumber } from "../phone-number.ts";
import { openOperationId, phoneNumberFromRow } from "../phone-number-store.ts";
import { filtered, type NumberFilter, narrowed } from "./number-filter.ts";

interface Party {
  readonly operated?: boolean | undefined;
  readonly agentId?: string | undefined;
}

/** Those that the organization holds, or with `operated` the ones that it operates; an agent answers its own alone. */
function of(orgId: string, { operated = false, agentId }: Party): Expression<SqlBool> {
  const eb = expressionBuilder<Tables, "phone_number">();
  // Ids of agents belong to their organization, so another's agent may have the same one.
  const isHeld = !operated || agentId !== undefined;
  return eb.and([
    ...(operated ? [eb("operator_org_id", "=", orgId)] : []),
    ...(isHeld ? [eb("org_id", "=", orgId)] : []),
  ]);
}

/** Numbers in the order of their ids, those after `afterId`: the ones held, or with `operated` the ones operated. */
export async function listPhoneNumbers(
  db: Db,
  orgId: string,
  query: NumberFilter & { afterId: string; limit: number; operated?: boolean | undefined },
): Promise<readonly PhoneNumber[]> {
  const filter = await narrowed(db, query);
  const rows = await db
    // The ids first: the index alone says which they are, and rows are wide.
    .with(
      (cte) => cte("page").materialized(),
      (qb) =>
        filtered(qb, filter)
          .select("id")
          .where(of(orgId, query))
          .where("id", ">", query.afterId)
          .orderBy("id")
          .limit(query.limit),
    )
    .selectFrom("phone_number")
    .selectAll()
    .select(openOperationId)
    .where(of(orgId, query))
    .where("id", "in", (eb) => eb.selectFrom("page").select("page.id"))
    .orderBy("id")
    .execute();
  return rows.map(phoneNumberFromRow);
}

/** How many numbers of the organization's a list would have. */
export async function countPhoneNumbers(db: Db, orgId: string, filter: NumberFilter): Promise<number> {
  const { count } = await filtered(db, await narrowed(db, filter))
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("org_id", "=", orgId)
    .executeTakeFirstOrThrow();
  return count;
}

/** How many of them are in each account of the organization's own. */
export async function countByAccount(
  db: Db,
  orgId: string,
  filter: NumberFilter,
): Promise<ReadonlyMap<string, number>> {
  const rows = await filtered(db, await narrowed(db, filter))
    .select(({ fn }) => ["account_id", fn.countAll<number>().as("count")])
    .where("org_id", "=", orgId)
    .where("operator_org_id", "=", orgId)
    .groupBy("account_id")
    .execute();
  return new Map(rows.map(({ account_id, count }) => [account_id, count]));
}

/** How many of the numbers that a list would have are in each health; of those, at most `limit` are counted. */
export async function countByHealth(
  db: Db,
  orgId: string,
  query: NumberFilter & { limit: number; operated?: boolean | undefined },
): Promise<ReadonlyMap<string, number>> {
  const filter = await narrowed(db, query);
  const rows = await db
    .selectFrom(filtered(db, filter).select("health").where(of(orgId, query)).limit(query.limit).as("number"))
    .select(({ fn }) => ["health", fn.countAll<number>().as("count")])
    .groupBy("health")
    .execute();
  return new Map(rows.map(({ health, count }) => [health, count]));
}

/** How many numbers the organization holds in each health; of each, at most `limit` are counted. */
export async function countAllByHealth(
  db: Db,
  orgId: string,
  limit: number,
): Promise<ReadonlyMap<string, number>> {
  // A count for each: three times as fast as sorting 100,000 numbers into groups.
  const { rows } = await sql<{ health: string; count: number }>`
    select health, (
      select count(*) from (
        select from phone_number where org_id = ${orgId} and health = known.health limit ${limit}) as number) as count
    from unnest(${sql.val(HEALTHS)}::text[]) as known(health)`.execute(db);
  return new Map(rows.map(({ health, count }) => [health, count]));
}
