// Both kinds of receivers keep what is secret about them under the same name.
import { type Kysely, sql } from "kysely";

export async function up<T>(db: Kysely<T>): Promise<void> {
  await sql`alter table usage_sink rename column headers to sealed`.execute(db);
  await sql`alter table alert_webhook rename column secrets to sealed`.execute(db);
}
