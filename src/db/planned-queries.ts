// The few statements that run again and again: their text is made once, and PostgreSQL plans each once, not each time.
import { CompiledQuery, type Kysely, type RawBuilder } from "kysely";
import { Pool, type PoolConfig } from "pg";
import type { Tables } from "./tables.ts";

/** A statement that takes its values `V` as $1, $2 and so on, and returns rows of `R`. */
export interface PlannedStatement<V extends readonly unknown[], R> {
  readonly name: string;
  /** Without values of its own. */
  readonly query: RawBuilder<R>;
  /** Only says which values belong to it. */
  readonly values?: V;
}

export interface PlannedQueries {
  execute<V extends readonly unknown[], R>(
    statement: PlannedStatement<V, R>,
    values: V,
  ): Promise<readonly R[]>;
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
    async execute<V extends readonly unknown[], R>(statement: PlannedStatement<V, R>, values: V) {
      const { rows } = await pool.query({
        name: statement.name,
        text: textOf(db, statement),
        values: [...values],
      });
      // The statement says which rows it returns.
      return rows as R[];
    },
    close: async () => {
      if (!pool.ended) await pool.end();
    },
  };
}

/** The embedded database has one connection and keeps no plans. */
export function plannedOnPglite(db: Kysely<Tables>): PlannedQueries {
  return { execute: (statement, values) => executeOn(db, statement, values) };
}

/** The same statement on any connection, or within a transaction; planned each time. */
export async function executeOn<V extends readonly unknown[], R>(
  db: Kysely<Tables>,
  statement: PlannedStatement<V, R>,
  values: V,
): Promise<readonly R[]> {
  const { rows } = await db.executeQuery<R>(CompiledQuery.raw(textOf(db, statement), [...values]));
  return rows;
}

const texts = new WeakMap<RawBuilder<unknown>, string>();

/** The same for both databases: they share a dialect. */
function textOf(db: Kysely<Tables>, { query }: Pick<PlannedStatement<never, unknown>, "query">): string {
  const text = texts.get(query) ?? query.compile(db).sql;
  texts.set(query, text);
  return text;
}
