// When a change of a number last ended without being kept: what Twilio showed of it before may be half of that change.
import { type Kysely, sql } from "kysely";

export async function up<T>(db: Kysely<T>): Promise<void> {
  await sql.raw("alter table phone_number add column settled_at timestamptz(3)").execute(db);
}
