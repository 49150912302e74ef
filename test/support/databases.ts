// One suite, both databases.
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { describe, inject } from "vitest";

export type DatabaseKind = "PGlite" | "PostgreSQL";

export interface TestDatabase {
  readonly kind: DatabaseKind;
  readonly url: string;
  /** Removes the database; everything that uses it must be closed. */
  drop(): Promise<void>;
}

export const DATABASE_KINDS: readonly DatabaseKind[] = ["PGlite", "PostgreSQL"];

/** Runs a suite once for each kind of database. */
export function describeEachDatabase(name: string, suite: (kind: DatabaseKind) => void): void {
  describe.each(DATABASE_KINDS)(`${name} (%s)`, suite);
}

/** An empty database. With `onDisk` a PGlite outlives its process; otherwise it is in memory. */
export async function createTestDatabase(kind: DatabaseKind, { onDisk = false } = {}): Promise<TestDatabase> {
  if (kind === "PostgreSQL") return createPostgresDatabase();
  if (!onDisk) return { kind, url: "pglite:memory", drop: async () => {} };
  const directory = await mkdtemp(join(tmpdir(), "switchhook-pglite-"));
  const drop = () => rm(directory, { recursive: true, force: true });
  return { kind, url: `pglite:${join(directory, "data")}`, drop };
}

async function createPostgresDatabase(): Promise<TestDatabase> {
  const server = inject("postgresUrl");
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  await execute(`${server}/postgres`, `create database ${name}`);
  const drop = () => execute(`${server}/postgres`, `drop database ${name} with (force)`);
  return { kind: "PostgreSQL", url: `${server}/${name}`, drop };
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
