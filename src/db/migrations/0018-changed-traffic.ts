// Which calls and messages have changed since a moment, for whoever looks on as they do.
import { type Kysely, sql } from "kysely";

export async function up<T>(db: Kysely<T>): Promise<void> {
  for (const table of ["call", "message"]) {
    await sql.raw(`create index ${table}_changed on ${table} (org_id, updated_at)`).execute(db);
  }
}
