// Vitest's global set-up: one empty PGlite for the whole run. Making one takes seconds, a copy of it a fraction of one.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** The data directory of an empty PGlite, to be copied. */
    readonly emptyPglite: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), "switchhook-pglite-"));
  const data = join(directory, "data");
  const pglite = new PGlite(data);
  await pglite.waitReady;
  await pglite.close();
  project.provide("emptyPglite", data);
  return () => rm(directory, { recursive: true, force: true });
}
