import { randomBytes } from "node:crypto";

/** A number of bytes that nobody can guess, in base64: for secrets and keys. */
export function randomBase64(sizeBytes: number): string {
  return randomBytes(sizeBytes).toString("base64");
}
