// What may be forgotten: callbacks as they came, once nobody will look into them any more, claims of late replies that are
// long sent, and runs of replies that are long over. Calls, messages and the ledger stay.
import { type RawBuilder, sql } from "kysely";
import { addMs, type Clock } from "../base/clock.ts";
import { DAY_MS } from "../base/durations.ts";
import type { Logger } from "../base/log.ts";
import { inSlices, SLICING_MS } from "../base/slices.ts";
import type { Db } from "../db/connect.ts";

export interface RetentionDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  readonly statusEventRetentionDays: number;
}

/** Small enough that each delete is over in a moment, and locks little. */
const SLICE = 5_000;

/** Goes on until nothing is left that may be forgotten, or its time is over. */
export async function forgetOldTraffic(deps: RetentionDeps): Promise<void> {
  const { db, clock, log, statusEventRetentionDays } = deps;
  const now = clock.now();
  const endsAt = addMs(now, SLICING_MS);
  const eventsBefore = addMs(now, -statusEventRetentionDays * DAY_MS);
  let lastId = 0;
  const events = await inSlices(clock, endsAt, async () => {
    const slice = await forgetEvents(db, lastId, eventsBefore);
    lastId = slice.lastId;
    return slice.forgotten;
  });
  const claims = await inSlices(clock, endsAt, () => forgetClaims(db, addMs(now, -DAY_MS)));
  const runs = await inSlices(clock, endsAt, () => forgetRuns(db, addMs(now, -DAY_MS)));
  const isCaughtUp = clock.now() < endsAt;
  log.info({ events, claims, runs, isCaughtUp }, "traffic.forgotten");
}

/**
 * Of the first events behind an id those that are old enough. Ids are given in about the order in which events come, so
 * where a slice has none the rest has none. What the slice before has deleted is not read again: it is there for a while.
 */
async function forgetEvents(
  db: Db,
  afterId: number,
  before: Date,
): Promise<{ readonly forgotten: number; readonly lastId: number }> {
  const { rows } = await sql<{ forgotten: number; last_id: number | null }>`
    with slice as (
      select id, received_at from status_event where id > ${afterId} order by id limit ${sql.lit(SLICE)}
    ),
    forgotten as (
      delete from status_event where id in (select id from slice where received_at < ${before}) returning id
    )
    select (select count(*) from forgotten) as forgotten, (select max(id) from slice) as last_id`.execute(db);
  const [slice] = rows;
  return { forgotten: slice?.forgotten ?? 0, lastId: slice?.last_id ?? afterId };
}

async function forgetClaims(db: Db, before: Date): Promise<number> {
  return forgetSlice(db, sql`late_reply`, sql`claimed_at < ${before}`);
}

async function forgetRuns(db: Db, before: Date): Promise<number> {
  return forgetSlice(db, sql`reply_run`, sql`last_at < ${before}`);
}

/**
 * By where the rows are: joined by their keys, a slice of a million took half a second, and later ones far longer. A row that is changed
 * meanwhile is no longer old, and stays.
 */
async function forgetSlice(db: Db, table: RawBuilder<unknown>, isOld: RawBuilder<unknown>): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from ${table}
    where ${isOld} and ctid = any(array(select ctid from ${table} where ${isOld} limit ${sql.lit(SLICE)}))`.execute(
    db,
  );
  return Number(numAffectedRows ?? 0);
}
