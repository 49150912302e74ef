import { createHash } from "node:crypto";
import canonicalize from "canonicalize";

/** What JSON can hold. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json | undefined };

/** SHA-256 (hex) of the canonical form (RFC 8785) of a JSON value: the same for the same content in any key order. */
export function jsonHash(value: Json): string {
  return createHash("sha256")
    .update(canonicalize(value) ?? "")
    .digest("hex");
}
