import { type RawBuilder, sql } from "kysely";
import type { Json } from "../base/json.ts";

/** A value for a `jsonb` column. Drivers disagree about arrays and strings; a cast text does the same on each. */
export function jsonb(value: Json | undefined): RawBuilder<unknown> {
  return sql`${value === undefined ? null : JSON.stringify(value)}::jsonb`;
}

/**
 * The same for plain data of a type of ours: an interface has no index signature, which is all that Json asks for beyond
 * it. What only JavaScript knows, such as a Date, comes back as text.
 */
export function plainJsonb(value: object | null | undefined): RawBuilder<unknown> {
  // Whoever calls it vouches that it is plain.
  return jsonb(value as Json | undefined);
}
