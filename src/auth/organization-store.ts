import { sql } from "kysely";
import { AppError } from "../base/errors.ts";
import type { Db } from "../db/connect.ts";
import type { Actor } from "./actor.ts";
import { highestRole } from "./roles.ts";

/**
 * The id of the deployment's own organization of that slug, which is made when it is missing. Safe when several nodes
 * start at once. The id follows from the slug and is never looked up by it: a slug is free for anybody to choose, and
 * who holds this id acts with the environment's key.
 *
 * @throws AppError `invalid_configuration` when somebody else's organization has the slug
 */
export async function ensureOrganization(db: Db, slug: string, name: string): Promise<string> {
  const id = `org_${slug}`;
  await db
    .insertInto("organization")
    .values({ id, slug, name, createdAt: sql<Date>`now()` })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const found = await db.selectFrom("organization").select("id").where("id", "=", id).executeTakeFirst();
  if (found) return found.id;
  throw new AppError("invalid_configuration", {
    detail: `The organization slug "${slug}" belongs to an organization that a user made. Choose another one.`,
  });
}

export async function findOrganization(
  db: Db,
  id: string,
): Promise<{ id: string; name: string } | undefined> {
  return db.selectFrom("organization").select(["id", "name"]).where("id", "=", id).executeTakeFirst();
}

/** The user as a member of the organization; where a session has none, of the one that they joined first. */
export async function findMemberActor(
  db: Db,
  userId: string,
  orgId: string | null,
): Promise<Actor | undefined> {
  const row = await db
    .selectFrom("member")
    .select(["organizationId", "role"])
    .where("userId", "=", userId)
    .$if(orgId !== null, (query) => query.where("organizationId", "=", orgId))
    .orderBy("createdAt")
    .orderBy("id")
    .executeTakeFirst();
  return row && { orgId: row.organizationId, userId, role: highestRole(row.role) };
}
