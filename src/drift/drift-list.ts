// What was and is wrong with the numbers of an organization, as it sees it.
import type { Actor } from "../auth/actor.ts";
import type { Db } from "../db/connect.ts";
import { type DriftFilter, listDrifts, type NamedDrift } from "./drift-store.ts";

export interface DriftQuery extends DriftFilter {
  readonly cursor?: string | undefined;
  readonly limit: number;
}

export interface DriftPage {
  readonly drifts: readonly NamedDrift[];
  /** Where the next page begins; undefined on the last. */
  readonly nextCursor: string | undefined;
}

/** Newest first. */
export async function listDriftPage(
  { db }: { readonly db: Db },
  { orgId }: Actor,
  { cursor, limit, ...filter }: DriftQuery,
): Promise<DriftPage> {
  const rows = await listDrifts(db, orgId, { ...filter, beforeId: cursor, limit: limit + 1 });
  const drifts = rows.slice(0, limit);
  return { drifts, nextCursor: rows.length > limit ? drifts.at(-1)?.id : undefined };
}
