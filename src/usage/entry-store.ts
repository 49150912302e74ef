// Reads the ledger, and keeps what of it sinks have not taken. Nothing here writes the ledger.
import { sql } from "kysely";
import type { Db } from "../db/connect.ts";
import type { Refusal } from "../receivers/receiver.ts";
import type { UsageEntry } from "./entry.ts";
import type { UsageFilter } from "./filter.ts";
import { matches } from "./filter-sql.ts";

/** Where an entry stands in the ledger. */
export type EntryPosition = Pick<UsageEntry, "day" | "id">;

export interface EntryPage {
  readonly entries: readonly UsageEntry[];
  /** The last entry of the page; undefined when no other can follow. */
  readonly end: EntryPosition | undefined;
}

/** An organization's entries in the order of their days and ids, which is an index's: no page costs more than another. */
export async function listEntries(
  db: Db,
  orgId: string,
  filter: UsageFilter,
  page: { readonly after: EntryPosition | undefined; readonly limit: number },
): Promise<EntryPage> {
  const after = page.after ?? { day: filter.from, id: 0 };
  const { rows } = await sql<EntryRow>`
    select ${ENTRY} from usage_entry as entry
    where ${matches(orgId, filter)}
      and (day, id) > (${after.day}::date, ${after.id}::bigint) and day <= ${filter.to}::date
    order by day, id
    limit ${page.limit}
  `.execute(db);
  const entries = rows.map(entryFromRow);
  return { entries, end: entries.length < page.limit ? undefined : entries.at(-1) };
}

/** What an organization's sink has neither taken nor refused yet, the oldest first. */
export async function listUndelivered(db: Db, orgId: string, limit: number): Promise<readonly UsageEntry[]> {
  const { rows } = await sql<EntryRow>`
    select ${ENTRY}
    from usage_outbox join usage_entry as entry on entry.id = usage_outbox.entry_id
    where usage_outbox.org_id = ${orgId} and usage_outbox.refused_at is null
    order by usage_outbox.entry_id
    limit ${limit}
  `.execute(db);
  return rows.map(entryFromRow);
}

/** Removes these and no others: one with a smaller id may have come in since they were read. */
export async function removeDelivered(
  db: Db,
  orgId: string,
  entries: readonly Pick<UsageEntry, "id">[],
): Promise<void> {
  const ids = entries.map(({ id }) => id);
  await db.deleteFrom("usage_outbox").where("org_id", "=", orgId).where("entry_id", "in", ids).execute();
}

/** Sets these aside: the sink has refused them. */
export async function setRefused(
  tx: Db,
  orgId: string,
  entries: readonly Pick<UsageEntry, "id">[],
  { refusedAt, said }: Refusal,
): Promise<void> {
  const ids = entries.map(({ id }) => id);
  await tx
    .updateTable("usage_outbox")
    .set({ refused_at: refusedAt, refusal: said })
    .where("org_id", "=", orgId)
    .where("entry_id", "in", ids)
    .execute();
}

/** A charge is the first of its leg; a correction adds what the whole leg's minutes have become by it. */
const MINUTES = sql`
  case when entry.revision = 0 then (entry.seconds + 59) / 60 else (
    select (sum(leg.seconds) + 59) / 60 - (sum(leg.seconds) - entry.seconds + 59) / 60
    from usage_entry as leg
    where leg.account_sid = entry.account_sid and leg.sid = entry.sid and leg.kind = entry.kind
      and leg.revision <= entry.revision
  ) end`;

const ENTRY = sql`
  entry.id, entry.corrects, entry.kind, entry.direction, entry.sid, entry.count, entry.seconds, entry.segments,
  ${MINUTES} as minutes,
  entry.phone_number_id as "phoneNumberId",
  entry.agent_id as "agentId",
  entry.began_at as "beganAt",
  to_char(entry.day, 'YYYY-MM-DD') as "dayText",
  entry.is_provisional as provisional,
  trim_scale(entry.price)::text as price,
  entry.price_unit as "priceUnit",
  entry.recorded_at as "recordedAt"`;

/** Drivers disagree about dates, and `order by day` must mean the column. */
type EntryRow = Omit<UsageEntry, "day"> & { readonly dayText: string };

function entryFromRow({ dayText, ...row }: EntryRow): UsageEntry {
  return { ...row, day: dayText };
}
