// One suite, both databases.
import { randomUUID } from "node:crypto";
import { cpSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, inject } from "vitest";
import { createLogger } from "../../src/base/log.ts";
import { type Database, openDatabase } from "../../src/db/connect.ts";
import { executeOnce } from "./execute-once.ts";

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

/** What a new database begins with: our tables without a row, or nothing, as on the first start of all. */
type Content = "migrated" | "empty";

/** A new database. It outlives its process, until it is dropped. */
export function createTestDatabase(kind: DatabaseKind, content: Content = "migrated"): Promise<TestDatabase> {
  return kind === "PGlite" ? createPgliteDatabase(content) : createPostgresDatabase(content);
}

/** A new database, open, which is gone when it is closed. */
export async function openTestDatabase(kind: DatabaseKind = "PGlite"): Promise<Database> {
  const created = await createTestDatabase(kind);
  const database = await openDatabase(created.url, createLogger("silent"));
  return {
    ...database,
    close: async () => {
      await database.close();
      await created.drop();
    },
  };
}

async function createPgliteDatabase(content: Content): Promise<TestDatabase> {
  const { directory: parent, templates } = inject("pglite");
  const directory = await mkdtemp(join(parent, "test-"));
  const data = join(directory, "data");
  // Not the asynchronous one, which takes four times as long for so many small files.
  cpSync(templates[content], data, { recursive: true });
  const drop = () => rm(directory, { recursive: true, force: true });
  return { kind: "PGlite", url: `pglite:${data}`, drop };
}

async function createPostgresDatabase(content: Content): Promise<TestDatabase> {
  const { server, templates } = inject("postgres");
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  await executeOnce(`${server}/postgres`, `create database ${name} template ${templates[content]}`);
  const drop = () => executeOnce(`${server}/postgres`, `drop database ${name} with (force)`);
  return { kind: "PostgreSQL", url: `${server}/${name}`, drop };
}
