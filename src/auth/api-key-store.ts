import { defaultKeyHasher } from "@better-auth/api-key";
import { sql } from "kysely";
import { z } from "zod";
import type { Db } from "../db/connect.ts";
import type { Actor, Role } from "./actor.ts";

/**
 * The actor of a valid key. Read here and not through the plugin's `verifyApiKey`, which writes the key's row twice for
 * every request: a busy machine's requests would queue behind each other for that row. The join is there because the
 * library leaves an organization's keys behind when the organization goes.
 */
export async function findApiKeyActor(db: Db, key: string): Promise<Actor | undefined> {
  const row = await db
    .selectFrom("apikey")
    .innerJoin("organization", "organization.id", "apikey.referenceId")
    .select(["apikey.id", "apikey.referenceId", "apikey.metadata"])
    .where("apikey.key", "=", await defaultKeyHasher(key))
    .where("apikey.enabled", "=", true)
    .where((eb) => eb.or([eb("apikey.expiresAt", "is", null), eb("apikey.expiresAt", ">", sql<Date>`now()`)]))
    .executeTakeFirst();
  if (!row) return undefined;
  return { orgId: row.referenceId, userId: `key:${row.id}`, role: keyRole(row.metadata) };
}

const metadataSchema = z.object({ role: z.string().default("admin") });

// Never owner: an admin may make keys too, and must not make one that outranks its maker. A role that we don't know gets
// the least, since whoever wrote it meant to restrict the key.
function keyRole(metadata: string | null): Role {
  // The library stores a key without metadata as the text `null`.
  const parsed = metadataSchema.safeParse(JSON.parse(metadata ?? "null") ?? {});
  const role = parsed.data?.role;
  return role === "admin" || role === "owner" ? "admin" : "member";
}
