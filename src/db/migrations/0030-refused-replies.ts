// Why Twilio refused the late reply to a message: nothing else has a place where that could be seen.
import { type Kysely, sql } from "kysely";

export async function up<T>(db: Kysely<T>): Promise<void> {
  await sql`alter table message add column reply_error_code integer`.execute(db);
}
