// Since when a sweep that may read less than somebody before has said `unverified` of a number.
import { type Kysely, sql } from "kysely";

export async function up<T>(db: Kysely<T>): Promise<void> {
  await sql.raw("alter table swept_number add column lowered_at timestamptz(3)").execute(db);
}
