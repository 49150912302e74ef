// One suite, both databases.
import { randomUUID } from "node:crypto";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { describe, inject } from "vitest";

export type DatabaseKind = "PGlite" | "PostgreSQL";

export interface TestDatabase {
  readonly kind: DatabaseKind;
  readonly url: string;
  /** Removes the database; everything that uses it must be closed. */
  drop(): Promise<void>;
}

const DATABASE_KINDS: readonly DatabaseKind[] = ["PGlite", "PostgreSQL"];

/** Runs a suite once for each kind of database. */
export function describeEachDatabase(name: string, suite: (kind: DatabaseKind) => void): void {
  describe.each(DATABASE_KINDS)(`${name} (%s)`, (kind) => {
    suite(kind);
  });
}

/** An empty database. It outlives its process, until it is dropped. */
export async function createTestDatabase(kind: DatabaseKind): Promise<TestDatabase> {
  if (kind === "PostgreSQL") return createPostgresDatabase();
  const directory = await mkdtemp(join(tmpdir(), "switchhook-pglite-"));
  const data = join(directory, "data");
  await cp(inject("emptyPglite"), data, { recursive: true });
  const drop = () => rm(directory, { recursive: true, force: true });
  return { kind, url: `pglite:${data}`, drop };
}

async function createPostgresDatabase(): Promise<TestDatabase> {
  const server = inject("postgresUrl");
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  await execute(`${server}/postgres`, `create database ${name}`);
  const drop = () => execute(`${server}/postgres`, `drop database ${name} with (force)`);
  return { kind: "PostgreSQL", url: `${server}/${name}`, drop };
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new Client(url);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
