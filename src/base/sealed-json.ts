// What is kept as sealed JSON in the row of its owner. Sealed for one owner, it opens for no other.
import type { z } from "zod";
import type { Vault } from "./vault.ts";

/** @param owner names the row that it belongs to */
export function sealJson(vault: Vault, owner: string, value: object): string {
  return vault.seal(JSON.stringify(value), owner);
}

/** @throws AppError `credentials_unreadable` */
export function openJson<T>(vault: Vault, schema: z.ZodType<T>, owner: string, sealed: string): T {
  return schema.parse(JSON.parse(vault.open(sealed, owner)));
}

/** The same, or undefined for what was sealed with a secret that is gone: giving it anew is the way out. */
export function readableJson<T>(
  vault: Vault,
  schema: z.ZodType<T>,
  owner: string,
  sealed: string,
): T | undefined {
  try {
    return openJson(vault, schema, owner, sealed);
  } catch {
    return undefined;
  }
}
