import { resolve } from "node:path";
import { AppError } from "../base/errors.ts";

type DatabaseUrl =
  | { readonly kind: "postgres" }
  | { readonly kind: "memory" }
  | { readonly kind: "directory"; readonly directory: string };

const DIRECTORY = /^pglite:(.+)$/;

/**
 * What a `DATABASE_URL` means.
 *
 * @throws AppError `invalid_configuration`
 */
export function parseDatabaseUrl(url: string): DatabaseUrl {
  if (/^postgres(ql)?:\/\//.test(url)) return { kind: "postgres" };
  if (url === "pglite:memory") return { kind: "memory" };
  const path = DIRECTORY.exec(url)?.[1];
  if (path !== undefined) return { kind: "directory", directory: resolve(path) };
  throw new AppError("invalid_configuration", {
    detail: "DATABASE_URL must be postgres://…, pglite:DIRECTORY or pglite:memory.",
  });
}

/**
 * Does something with the files of an embedded database.
 *
 * @throws AppError `invalid_configuration` for what the file system refuses
 */
export function withFilesOf<T>(directory: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    if (!(cause instanceof Error && "syscall" in cause)) throw cause;
    throw new AppError("invalid_configuration", {
      detail:
        `The embedded database cannot be kept in ${directory}: ${cause.message}. It needs a directory that this process ` +
        "may create and write, and files beside it; set DATABASE_URL to another one, such as pglite:/var/lib/switchhook/data.",
      cause,
    });
  }
}
