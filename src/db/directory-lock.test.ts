// The embedded database serves one process; a second one has to hear so, and not to get its hands on the files.
import { type ChildProcess, fork } from "node:child_process";
import { closeSync, fstatSync, openSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/support/databases.ts";
import { AppError } from "../base/errors.ts";
import { createLogger } from "../base/log.ts";
import { openDatabase } from "./connect.ts";

const log = createLogger("silent");

let testDatabase: TestDatabase;
let children: ChildProcess[];
beforeEach(async () => {
  testDatabase = await createTestDatabase("PGlite");
  children = [];
});
afterEach(async () => {
  for (const child of children) await killed(child);
  await testDatabase.drop();
});

/** Opens the database in a process of its own, which goes on having it open. @returns what came of it */
function openElsewhere(): Promise<{ child: ChildProcess; code: string; detail: string }> {
  const child = fork(join(import.meta.dirname, "directory-lock.testing.ts"), [testDatabase.url], {
    execPath: process.execPath,
    execArgv: [],
  });
  children.push(child);
  return new Promise((resolve, reject) => {
    child.once("message", (message: { code: string; detail: string }) => resolve({ child, ...message }));
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`It ended with ${code}`)));
  });
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ending = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ending;
}

test("a second process is told who may use the directory, and the first works on", async () => {
  const database = await openDatabase(testDatabase.url, log);
  const count = () => database.db.selectFrom("organization").selectAll().execute();
  await count();
  const { code, detail } = await openElsewhere();
  expect(code).toBe("database_in_use");
  expect(detail).toContain(testDatabase.url.slice("pglite:".length));
  expect(detail).toContain("DATABASE_URL");
  expect(await count()).toEqual([]);
  await database.close();
});

test("a second opening in the same process is refused as well", async () => {
  const database = await openDatabase(testDatabase.url, log);
  await expect(openDatabase(testDatabase.url, log)).rejects.toBeInstanceOf(AppError);
  await database.close();
  const again = await openDatabase(testDatabase.url, log);
  await again.close();
});

test("closing twice closes nobody else's file", async () => {
  const database = await openDatabase(testDatabase.url, log);
  await database.close();
  // The lowest free descriptors, and so those that the lock has given up.
  const files = Array.from({ length: 20 }, () => openSync(import.meta.filename, "r"));
  await database.close();
  expect(files.map((file) => fstatSync(file).isFile())).toEqual(files.map(() => true));
  for (const file of files) closeSync(file);
});

test("the lock ends with its process, even one that was killed", async () => {
  const { child, code } = await openElsewhere();
  expect(code).toBe("open");
  await expect(openDatabase(testDatabase.url, log)).rejects.toMatchObject({ code: "database_in_use" });
  await killed(child);
  const database = await openDatabase(testDatabase.url, log);
  expect(await database.db.selectFrom("organization").selectAll().execute()).toEqual([]);
  await database.close();
});
