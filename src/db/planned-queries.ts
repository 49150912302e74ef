// The few statements that run again and again: their text is made once, and PostgreSQL plans each once, not each time.
import { CompiledQuery, type Kysely, type RawBuilder } from "kysely";
import type { PoolClient, PoolConfig } from "pg";
import { openPool } from "./bounded-pool.ts";
import type { Tables } from "./tables.ts";

/** A statement that takes its values `V` as $1, $2 and so on, and returns rows of `R`. */
export interface PlannedStatement<V extends readonly unknown[], R> {
  readonly name: string;
  /** Without values of its own. */
  readonly query: RawBuilder<R>;
  /** Only says which values belong to it. */
  readonly values?: V;
}

export type Execute = <V extends readonly unknown[], R>(
  statement: PlannedStatement<V, R>,
  values: V,
) => Promise<readonly R[]>;

/** A statement and its values: one thing to do. */
export interface Step<R> {
  readonly statement: PlannedStatement<readonly unknown[], R>;
  readonly values: readonly unknown[];
}

export interface PlannedQueries {
  /**
   * Runs statements in one transaction (READ COMMITTED), in this order: each sees what others have committed before it
   * began. They are sent together, so none can wait for what another says.
   *
   * @returns the rows of the first
   */
  transaction<R>(first: Step<R>, ...rest: readonly Step<unknown>[]): Promise<readonly R[]>;
}

export function step<V extends readonly unknown[], R>(statement: PlannedStatement<V, R>, values: V): Step<R> {
  return { statement, values };
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
  // The server gives up as well, so that what nobody waits for any more keeps no rows locked.
  const options = `${config.options ?? ""} ${PLANNER} -c statement_timeout=${ANSWER_TIMEOUT_MS}`;
  // Without waiting for the answer to one statement before the next is sent: each answer waits until everything that came
  // in meanwhile has been dealt with, and that is when PostgreSQL should be at work.
  const pool = openPool(
    { ...config, max: 1, pipeline: true, query_timeout: ANSWER_TIMEOUT_MS, options },
    onLost,
  );
  const execute = async <R>(client: PoolClient, { statement, values }: Step<R>): Promise<readonly R[]> => {
    const text = textOf(db, statement);
    const { rows } = await client.query({ name: statement.name, text, values: [...values] });
    // The statement says which rows it returns.
    return rows as R[];
  };
  return {
    async transaction(first, ...rest) {
      const client = await pool.connect();
      try {
        const [, rows] = await Promise.all([
          client.query("begin"),
          execute(client, first),
          ...rest.map((next) => execute(client, next)),
          // After a statement that has failed this rolls back.
          client.query("commit"),
        ]);
        client.release();
        return rows;
      } catch (error) {
        await rollBack(client);
        throw error;
      }
    },
    close: async () => {
      if (!pool.ended) await pool.end();
    },
  };
}

/** A connection that cannot even do that is given up. */
async function rollBack(client: PoolClient): Promise<void> {
  try {
    await client.query("rollback");
    client.release();
  } catch {
    client.release(true);
  }
}

/** The embedded database has one connection and keeps no plans. */
export function plannedOnPglite(db: Kysely<Tables>): PlannedQueries {
  return {
    transaction: (first, ...rest) =>
      db.transaction().execute(async (transaction) => {
        const rows = await executeOn(transaction)(first.statement, first.values);
        for (const { statement, values } of rest) await executeOn(transaction)(statement, values);
        return rows;
      }),
  };
}

/** The same on any connection, within its transaction if it is in one; planned each time. */
export function inTransaction<T>(db: Kysely<Tables>, work: (execute: Execute) => Promise<T>): Promise<T> {
  if (db.isTransaction) return work(executeOn(db));
  return db.transaction().execute((transaction) => work(executeOn(transaction)));
}

function executeOn(db: Kysely<Tables>): Execute {
  return async <V extends readonly unknown[], R>(statement: PlannedStatement<V, R>, values: V) => {
    const { rows } = await db.executeQuery<R>(CompiledQuery.raw(textOf(db, statement), [...values]));
    return rows;
  };
}

const texts = new WeakMap<RawBuilder<unknown>, string>();

/** The same for both databases: they share a dialect. */
function textOf(db: Kysely<Tables>, { query }: Pick<PlannedStatement<never, unknown>, "query">): string {
  const text = texts.get(query) ?? query.compile(db).sql;
  texts.set(query, text);
  return text;
}
