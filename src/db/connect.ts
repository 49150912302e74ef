// Opens the database that DATABASE_URL names: PostgreSQL through a pool, or PGlite (PostgreSQL in this process).
// Everything above sees one Kysely dialect; nothing above may know which of the two it is.
import { mkdirSync } from "node:fs";
import { PGlite } from "@electric-sql/pglite";
import { CompiledQuery, Kysely, PGliteDialect, PostgresDialect, sql } from "kysely";
import { type PoolConfig, types } from "pg";
import { fromPglite, type Db as JobDatabase } from "pg-boss";
import { type Clock, systemClock } from "../base/clock.ts";
import { AppError, assertNever, messageOf } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import { openBoundedPool, openPool, withoutSuspects } from "./bounded-pool.ts";
import type { ChangeChannel } from "./change-channel.ts";
import { ChangeFeed } from "./change-feed.ts";
import { parseDatabaseUrl, withFilesOf } from "./database-url.ts";
import { lockDirectory } from "./directory-lock.ts";
import { DATABASE_SCHEMA, migrateToLatest } from "./migrations.ts";
import { PgliteChannel } from "./pglite-channel.ts";
import { type PlannedQueries, plannedOnPglite, plannedOnPostgres } from "./planned-queries.ts";
import { PostgresChannel } from "./postgres-channel.ts";
import { SharedClock } from "./shared-clock.ts";
import type { Tables } from "./tables.ts";

export type Db = Kysely<Tables>;

export interface DatabaseClock extends Clock {
  /** By how much it is ahead of the machine's. */
  readonly offsetMs: number;
}

export interface Database {
  readonly db: Db;
  readonly kind: "postgres" | "pglite";
  /** The time of all nodes. */
  readonly clock: DatabaseClock;
  /** The same database as pg-boss wants to see it. */
  readonly jobs: JobDatabase;
  readonly planned: PlannedQueries;
  /** Listens from the first subscription on, and is closed with the database. */
  readonly changes: ChangeFeed;
  close(): Promise<void>;
}

interface ConnectDeps {
  readonly log: Logger;
  readonly clock: Clock;
}

const CONNECT_TIMEOUT_MS = 10_000;
/** None of our transactions pauses. What a node that is gone has left open must not keep its rows locked. */
const IDLE_IN_TRANSACTION_MS = 60_000;

/**
 * Opens and migrates a database.
 *
 * @param url `postgres://…`, `pglite:DIRECTORY` or `pglite:memory`
 * @param clock the machine's, also for the connection that listens for changes; what waits for a socket waits in real time
 * @throws AppError `database_in_use` when another process has the PGlite directory open; `database_unreadable`;
 * `database_unreachable`; `invalid_configuration`
 */
export async function openDatabase(url: string, log: Logger, clock: Clock = systemClock): Promise<Database> {
  const database = await connect({ log, clock }, url);
  try {
    await requireAnswer(database.db);
    if (database.clock instanceof SharedClock) await database.clock.follow();
    await migrate({ log }, database, url);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function requireAnswer(db: Db): Promise<void> {
  try {
    await sql`select 1`.execute(db);
  } catch (cause) {
    throw new AppError("database_unreachable", {
      detail: `Check DATABASE_URL, and whether PostgreSQL runs and lets this user in. It said: ${messageOf(cause)}`,
      cause,
    });
  }
}

async function connect(deps: ConnectDeps, url: string): Promise<Database> {
  const database = parseDatabaseUrl(url);
  switch (database.kind) {
    case "postgres":
      return connectPostgres(deps, url);
    case "memory":
      return connectPglite(deps, new PGlite(pgliteOptions));
    case "directory":
      return openPgliteDirectory(deps, database.directory);
    default:
      return assertNever(database);
  }
}

/** On PostgreSQL without bounds: it takes as long as the tables are large, and other nodes wait for the one that does it. */
async function migrate(deps: Pick<ConnectDeps, "log">, { kind, db }: Database, url: string): Promise<void> {
  if (kind === "pglite") return migrateToLatest(db);
  const pool = openPool({ ...postgresConfig(url), max: 1 }, lostLogger(deps));
  const unbounded = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  try {
    await migrateToLatest(unbounded);
  } finally {
    await unbounded.destroy();
  }
}

function lostLogger({ log }: Pick<ConnectDeps, "log">) {
  return (error: Error) => log.warn({ err: error }, "database.connection_lost");
}

function postgresConfig(connectionString: string): PoolConfig {
  return {
    connectionString,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    options: `-c search_path=${DATABASE_SCHEMA} -c idle_in_transaction_session_timeout=${IDLE_IN_TRANSACTION_MS}`,
    types: {
      getTypeParser: (oid, format) =>
        oid === types.builtins.INT8 ? Number : types.getTypeParser(oid, format),
    },
  };
}

function connectPostgres(deps: ConnectDeps, connectionString: string): Database {
  const config = postgresConfig(connectionString);
  const onLost = lostLogger(deps);
  const pool = openBoundedPool(config, onLost);
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: withoutSuspects(pool) }) });
  const planned = plannedOnPostgres(db, config, onLost);
  const clock = new SharedClock(db, deps);
  return {
    db,
    kind: "postgres",
    clock,
    jobs: { executeSql: async (text, values) => pool.query(text, values) },
    planned,
    ...withChanges(deps, new PostgresChannel(deps, connectionString), async () => {
      clock.close();
      await planned.close();
      await db.destroy();
    }),
  };
}

function withChanges(
  deps: ConnectDeps,
  channel: ChangeChannel,
  close: () => Promise<void>,
): Pick<Database, "changes" | "close"> {
  const changes = new ChangeFeed(channel, deps);
  return {
    changes,
    // In this order: what follows the changes reads from the database.
    close: async () => {
      await changes.close();
      await close();
    },
  };
}

const pgliteOptions = { parsers: { [types.builtins.INT8]: Number } };

async function openPgliteDirectory(deps: ConnectDeps, directory: string): Promise<Database> {
  withFilesOf(directory, () => mkdirSync(directory, { recursive: true }));
  const lock = await lockDirectory(directory);
  try {
    const pglite = new PGlite(directory, pgliteOptions);
    await requireReadable(pglite, directory);
    const database = await connectPglite(deps, pglite);
    return { ...database, close: () => database.close().finally(() => lock.release()) };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** PGlite says of files that it cannot read no more than that it has given up. */
async function requireReadable(pglite: PGlite, directory: string): Promise<void> {
  try {
    await pglite.waitReady;
  } catch (cause) {
    throw new AppError("database_unreadable", {
      detail:
        `What is in ${directory} is damaged, incomplete, or another version's. Put a backup in its place; or move it away to ` +
        `begin with an empty one, and keep ${directory}.secret; or set DATABASE_URL to another. It said: ${messageOf(cause)}`,
      cause,
    });
  }
}

async function connectPglite(deps: ConnectDeps, pglite: PGlite): Promise<Database> {
  await pglite.waitReady;
  const db = new Kysely<Tables>({
    dialect: new PGliteDialect({
      pglite,
      onCreateConnection: async (connection) => {
        await connection.executeQuery(CompiledQuery.raw(`set search_path to ${DATABASE_SCHEMA}`));
      },
    }),
  });
  return {
    db,
    kind: "pglite",
    // It is in this process, and so is its time.
    clock: { ...deps.clock, offsetMs: 0 },
    jobs: fromPglite(pglite),
    planned: plannedOnPglite(db),
    ...withChanges(deps, new PgliteChannel(pglite), () => db.destroy()),
  };
}
