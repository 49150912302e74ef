// What was and is wrong with the numbers of an organization, as it sees it.
import type { Actor } from "../auth/actor.ts";
import { type Page, pageOf } from "../base/page.ts";
import type { Db } from "../db/connect.ts";
import { type DriftFilter, listDrifts, type NamedDrift } from "./drift-store.ts";

export interface DriftQuery extends DriftFilter {
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** Newest first. */
export async function listDriftPage(
  { db }: { readonly db: Db },
  { orgId }: Actor,
  { cursor, limit, ...filter }: DriftQuery,
): Promise<Page<NamedDrift>> {
  const rows = await listDrifts(db, orgId, { ...filter, beforeId: cursor, limit: limit + 1 });
  return pageOf(rows, limit, ({ id }) => id);
}
