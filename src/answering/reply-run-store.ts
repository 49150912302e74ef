import { sql } from "kysely";
import { addMs } from "../base/clock.ts";
import type { Db } from "../db/connect.ts";

export interface Pair {
  /** Who writes, as Twilio says it. */
  readonly from: string;
  /** The number that answers. */
  readonly to: string;
}

/** How many messages were answered without a pause. */
export interface Runs {
  readonly there: number;
  /** Of the number's, by the sender: above 0 where the sender is a number with an agent as well. */
  readonly back: number;
}

/** Messages that were answered, to be added to a pair's run. */
export interface Extension {
  readonly pair: Pair;
  readonly replies: number;
  readonly at: Date;
  readonly pauseMs: number;
}

/** A run begins anew after a pause. */
export async function extendRun(db: Db, { pair, replies, at, pauseMs }: Extension): Promise<Runs> {
  const { from, to } = pair;
  const pausedBefore = addMs(at, -pauseMs);
  const { rows } = await sql<Runs>`
    with extended as (
      insert into reply_run (from_address, to_address, replies, last_at)
      values (${from}, ${to}, ${replies}, ${at})
      on conflict (from_address, to_address) do update set
        replies = case when reply_run.last_at < ${pausedBefore} then 0 else reply_run.replies end + excluded.replies,
        last_at = greatest(reply_run.last_at, excluded.last_at)
      returning replies
    )
    select
      (select replies from extended) as there,
      coalesce((
        select replies from reply_run
        where from_address = ${to} and to_address = ${from} and last_at >= ${pausedBefore}
      ), 0) as back`.execute(db);
  const [runs] = rows;
  return runs ?? { there: replies, back: 0 };
}
