import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { AppError } from "./base/errors.ts";
import { parseDatabaseUrl, withFilesOf } from "./db/database-url.ts";

/**
 * The deployment's secret: the one that is given; else, for an embedded database, one that is generated once and kept
 * beside it. Several nodes on PostgreSQL could not agree on a generated one.
 *
 * @throws AppError `invalid_configuration`
 */
export function secretFor(databaseUrl: string, given: string | undefined): string {
  if (given !== undefined) return given;
  const database = parseDatabaseUrl(databaseUrl);
  if (database.kind === "memory") return newSecret();
  if (database.kind === "directory") {
    const { directory } = database;
    return withFilesOf(directory, () => keptSecret(`${directory}.secret`));
  }
  throw new AppError("invalid_configuration", {
    detail:
      "Set SWITCHHOOK_SECRET to 32 characters or more, the same on every node: it encrypts the Twilio credentials in " +
      "PostgreSQL. Try: openssl rand -hex 32",
  });
}

function keptSecret(path: string): string {
  mkdirSync(dirname(path), { recursive: true });
  try {
    // "wx" fails when the file is there, so two processes that start at once cannot both write one.
    writeFileSync(path, newSecret(), { mode: 0o600, flag: "wx" });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  return readFileSync(path, "utf8").trim();
}

function newSecret(): string {
  return randomBytes(32).toString("hex");
}
