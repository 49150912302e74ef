// What a receiver refuses for good is set aside, with what it said, and holds up nothing behind it.
import { type Kysely, sql } from "kysely";

export async function up<T>(db: Kysely<T>): Promise<void> {
  for (const outbox of ["usage_outbox", "alert_event"]) {
    await sql`alter table ${sql.table(outbox)} add column refused_at timestamptz(3), add column refusal text`.execute(
      db,
    );
  }
}
