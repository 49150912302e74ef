import type { Db } from "../db/connect.ts";

/** What tells this deployment's events from those of others, for good: a UUID, made with the database. */
export async function findDeploymentId(db: Db): Promise<string> {
  const { id } = await db.selectFrom("deployment").select("id").executeTakeFirstOrThrow();
  return id;
}
