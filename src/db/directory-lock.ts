import { closeSync, openSync } from "node:fs";
import { AppError } from "../base/errors.ts";
import { withFilesOf } from "./database-url.ts";

export interface DirectoryLock {
  release(): void;
}

/**
 * Takes the one lock of an embedded database's directory. PGlite itself does not notice a second process and would let
 * both write the same files. The lock is the kernel's, so it ends with the process, however that ends, and can never be
 * left behind.
 *
 * @throws AppError `database_in_use`, `invalid_configuration`
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  // Loaded here, not at the top: it is native code, and a node on PostgreSQL must not depend on it.
  const { tryLock } = await import("fs-native-extensions");
  const descriptor = withFilesOf(directory, () => openSync(`${directory}.lock`, "a"));
  if (!tryLock(descriptor)) {
    closeSync(descriptor);
    throw new AppError("database_in_use", {
      detail:
        `Another process has ${directory} open, and the embedded database serves one process only. ` +
        "Stop that process, or give several nodes one PostgreSQL through DATABASE_URL.",
    });
  }
  let isHeld = true;
  return {
    release: () => {
      // By the second time the descriptor may be somebody else's file.
      if (isHeld) closeSync(descriptor);
      isHeld = false;
    },
  };
}
