// PostgreSQL's connections for everything but ingest, which has one of its own (planned-queries.ts). No query waits for
// ever: a network that is half open tells neither end, and the operating system takes a quarter of an hour to notice.
import type { PostgresPool, PostgresPoolClient } from "kysely";
import { DatabaseError, Pool, type PoolClient, type PoolConfig } from "pg";

type OnLost = (error: Error) => void;

export interface PoolBounds {
  readonly size: number;
  /** How long the server works on one statement. */
  readonly statementTimeoutMs: number;
  /** How long its answer is waited for; longer than that, so that a slow statement is told from a silent server. */
  readonly answerTimeoutMs: number;
}

// The longest of ours is the sum of an account's days in a reconciliation: some seconds for ten million entries. An
// export reads page by page.
const BOUNDS: PoolBounds = { size: 10, statementTimeoutMs: 60_000, answerTimeoutMs: 65_000 };

export function openBoundedPool(config: PoolConfig, onLost: OnLost, bounds: PoolBounds = BOUNDS): Pool {
  const options = `${config.options ?? ""} -c statement_timeout=${bounds.statementTimeoutMs}`;
  return openPool({ ...config, max: bounds.size, query_timeout: bounds.answerTimeoutMs, options }, onLost);
}

/** A pool that replaces connections that break. @param onLost hears of each */
export function openPool(config: PoolConfig, onLost: OnLost): Pool {
  const pool = new Pool(config);
  // Without a listener an error ends the process: that of a connection which is idle, or between two statements.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", onLost));
  return pool;
}

/**
 * The pool as Kysely wants it, but for connections on which something went wrong that PostgreSQL did not say itself:
 * they are not used again. By itself Kysely would give the next request the one that has just fallen silent.
 */
export function withoutSuspects(pool: Pool): PostgresPool {
  return {
    options: pool.options,
    connect: async () => suspicious(await pool.connect()),
    end: () => pool.end(),
  };
}

function suspicious(client: PoolClient): PostgresPoolClient {
  let suspicion: unknown;
  const query = async (text: string, parameters: readonly unknown[]) => {
    // Such as the rollback after a statement without an answer: it would wait as long again.
    if (suspicion !== undefined) throw suspicion;
    try {
      return await client.query(text, [...parameters]);
    } catch (error) {
      if (!(error instanceof DatabaseError)) suspicion = error;
      throw error;
    }
  };
  return {
    // Kysely vouches for the cast: its other form, with a cursor, needs a setting that we do not make.
    query: query as unknown as PostgresPoolClient["query"],
    release: (destroy = false) => client.release(destroy || suspicion !== undefined),
  };
}
