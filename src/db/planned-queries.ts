// A connection for the few statements that run again and again: each is planned once, not each time.
import type { Kysely, RawBuilder } from "kysely";
import { Pool, type PoolConfig } from "pg";
import type { Tables } from "./tables.ts";

/** Runs a statement whose text is always the same; only its parameters differ. */
export interface PlannedQueries {
  execute<R>(name: string, query: RawBuilder<R>): Promise<readonly R[]>;
}

// A plan that is kept must serve the table that has grown since it was made, so it never reads whole tables.
const PLANNER = "-c enable_seqscan=off -c plan_cache_mode=force_generic_plan";
/** As long as Twilio waits for a status callback (twilio/webhook-urls.ts); later than that an answer is of no use. */
const ANSWER_TIMEOUT_MS = 5_000;

/**
 * One connection of its own, so that ingest never waits behind the API for one of the pool's. All of ingest waits behind
 * its statement, so a connection of which the other end has fallen silent is given up, and the next statement gets a new
 * one: the operating system would take a quarter of an hour to notice.
 */
export function plannedOnPostgres(
  db: Kysely<Tables>,
  config: PoolConfig,
  onLost: (error: Error) => void,
): PlannedQueries & { close(): Promise<void> } {
  const options = `${config.options ?? ""} ${PLANNER}`;
  const pool = new Pool({ ...config, max: 1, query_timeout: ANSWER_TIMEOUT_MS, options });
  pool.on("error", onLost);
  return {
    async execute<R>(name: string, query: RawBuilder<R>) {
      const { sql: text, parameters } = query.compile(db);
      const { rows } = await pool.query({ name, text, values: [...parameters] });
      // The query says which rows it returns.
      return rows as R[];
    },
    close: async () => {
      if (!pool.ended) await pool.end();
    },
  };
}

/** The embedded database has one connection and keeps no plans. */
export function plannedOnPglite(db: Kysely<Tables>): PlannedQueries {
  return { execute: async (_name, query) => (await query.execute(db)).rows };
}
