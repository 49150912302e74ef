// What may be forgotten: callbacks as they came, once nobody will look into them any more, and claims of late replies
// that are long sent. Calls, messages and the ledger stay.
import { sql } from "kysely";
import { addMs, type Clock } from "../base/clock.ts";
import type { Logger } from "../base/log.ts";
import type { Db } from "../db/connect.ts";

export interface RetentionDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  readonly statusEventRetentionDays: number;
}

const DAY_MS = 24 * 3_600_000;
/** Small enough that each delete is over in a moment, and locks little. */
const BATCH = 5_000;
/** What is over ten million rows old is left for the next day. */
const MAX_BATCHES = 2_000;

export async function forgetOldTraffic(deps: RetentionDeps): Promise<void> {
  const { db, clock, log, statusEventRetentionDays } = deps;
  const now = clock.now();
  const eventsBefore = addMs(now, -statusEventRetentionDays * DAY_MS);
  const events = await inBatches(() => forgetEvents(db, eventsBefore));
  const claims = await inBatches(() => forgetClaims(db, addMs(now, -DAY_MS)));
  log.info({ events, claims }, "traffic.forgotten");
}

/** Deletes until a batch is not full. @returns how many rows */
async function inBatches(forget: () => Promise<number>): Promise<number> {
  let forgotten = 0;
  for (let batch = 0; batch < MAX_BATCHES; batch++) {
    const count = await forget();
    forgotten += count;
    if (count < BATCH) break;
  }
  return forgotten;
}

async function forgetEvents(db: Db, before: Date): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from status_event
    where id in (select id from status_event where received_at < ${before} limit ${sql.lit(BATCH)})`.execute(
    db,
  );
  return Number(numAffectedRows ?? 0);
}

async function forgetClaims(db: Db, before: Date): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from late_reply
    where (account_sid, message_sid) in (
      select account_sid, message_sid from late_reply where claimed_at < ${before} limit ${sql.lit(BATCH)}
    )`.execute(db);
  return Number(numAffectedRows ?? 0);
}
