// What is set aside is looked up with every run of a delivery, and found without reading what waits.
import { type Kysely, sql } from "kysely";

export async function up<T>(db: Kysely<T>): Promise<void> {
  for (const outbox of ["usage_outbox", "alert_event"]) {
    const columns = "(org_id, refused_at) where refused_at is not null";
    await sql.raw(`create index ${outbox}_refused on ${outbox} ${columns}`).execute(db);
  }
}
