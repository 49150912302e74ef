// Vitest's global set-up: PGlite's data directories for the whole run. Making one takes seconds, a copy of it next to nothing.
import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import type { TestProject } from "vitest/node";
import { createLogger } from "../../src/base/log.ts";
import { openDatabase } from "../../src/db/connect.ts";
import { makeDirectory } from "./directories.ts";

declare module "vitest" {
  interface ProvidedContext {
    readonly pglite: {
      /** Where databases are made: whatever a test leaves there goes when the run ends. */
      readonly directory: string;
      /** Data directories to be copied: one with nothing in it, one that has been migrated. */
      readonly templates: { readonly empty: string; readonly migrated: string };
    };
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await makeDirectory("pglite");
  const templates = { empty: join(directory, "empty"), migrated: join(directory, "migrated") };
  const pglite = new PGlite(templates.empty);
  await pglite.waitReady;
  await pglite.close();
  await cp(templates.empty, templates.migrated, { recursive: true });
  const database = await openDatabase(`pglite:${templates.migrated}`, createLogger("silent"));
  await database.close();
  project.provide("pglite", { directory, templates });
  return () => rm(directory, { recursive: true, force: true });
}
