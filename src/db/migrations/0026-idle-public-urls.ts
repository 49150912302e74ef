// Since when no number has an earlier base URL is known to all nodes, and outlives them.
import { type Kysely, sql } from "kysely";

export async function up<T>(db: Kysely<T>): Promise<void> {
  await sql`alter table public_url add column idle_since timestamptz(3)`.execute(db);
}
