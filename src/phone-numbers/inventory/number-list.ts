// The numbers that an organization holds, or that it operates, page by page and counted.
import { type Actor, requireRole } from "../../auth/actor.ts";
import { type Page, pageOf } from "../../base/page.ts";
import type { Db } from "../../db/connect.ts";
import { HEALTHS, type Health, type PhoneNumber } from "../phone-number.ts";
import type { NumberFilter } from "./number-filter.ts";
import { countAllByHealth, countByHealth, listPhoneNumbers } from "./number-list-store.ts";

export interface NumberQuery extends NumberFilter {
  readonly cursor?: string | undefined;
  readonly limit: number;
  /** List the numbers of the organization's Twilio accounts, whoever holds them, rather than those that it holds. */
  readonly operated?: boolean | undefined;
}

/** Numbers of one health each, and how many there are of each. */
export interface NumberCounts {
  readonly total: number;
  readonly byHealth: Readonly<Record<Health, number>>;
  /** Whether there may be more than were counted. */
  readonly hasMore: boolean;
}

/** Counting this many takes some tens of milliseconds, from the index alone. */
const MAX_COUNTED = 250_000;

/** How many numbers a list would have, by their health; the list's own filter of it is left out. */
export async function countNumbers(
  db: Db,
  actor: Actor,
  query: Omit<NumberFilter, "health"> & Pick<NumberQuery, "operated">,
): Promise<NumberCounts> {
  if (query.operated) requireRole(actor, "admin");
  const limit = MAX_COUNTED + 1;
  const isNarrowed = Object.values(query).some((value) => value !== undefined);
  const counted = isNarrowed
    ? await countByHealth(db, actor.orgId, { ...query, limit })
    : await countAllByHealth(db, actor.orgId, limit);
  const total = [...counted.values()].reduce((sum, count) => sum + count, 0);
  const byHealth = Object.fromEntries(HEALTHS.map((health) => [health, counted.get(health) ?? 0]));
  // One entry for each health.
  return { total, byHealth: byHealth as Record<Health, number>, hasMore: total > MAX_COUNTED };
}

export async function listNumberPage(db: Db, actor: Actor, query: NumberQuery): Promise<Page<PhoneNumber>> {
  if (query.operated) requireRole(actor, "admin");
  const { cursor = "", limit } = query;
  const rows = await listPhoneNumbers(db, actor.orgId, { ...query, afterId: cursor, limit: limit + 1 });
  return pageOf(rows, limit, ({ id }) => id);
}
