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

/** One connection of its own, so that ingest never waits behind the API for one of the pool's. */
export function plannedOnPostgres(
  db: Kysely<Tables>,
  config: PoolConfig,
  onLost: (error: Error) => void,
): PlannedQueries & { close(): Promise<void> } {
  const pool = new Pool({ ...config, max: 1, options: `${config.options ?? ""} ${PLANNER}` });
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
