// Where the first answer to a request with an Idempotency-Key has pointed, so that a repetition points there as well.
import { type Kysely, sql } from "kysely";

export async function up<T>(db: Kysely<T>): Promise<void> {
  await sql.raw("alter table idempotency_key add column response_location text").execute(db);
}
