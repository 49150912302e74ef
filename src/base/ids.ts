import { randomUUID } from "node:crypto";
import { v7 } from "uuid";

export type IdPrefix = "phone" | "agent" | "acct" | "op" | "batch" | "audit" | "node" | "alert" | "drift";

/** A new id: prefix and UUIDv7, so that ids sort by the time they were made. */
export function newId(prefix: IdPrefix): string {
  return `${prefix}_${v7()}`;
}

/** The name of one request, in logs and answers. Random: every webhook needs one, and nobody sorts them. */
export function newRequestId(): string {
  return `req_${randomUUID()}`;
}

/** A UUIDv7 without a prefix, for keys that no user sees. */
export function newUuid(): string {
  return v7();
}
