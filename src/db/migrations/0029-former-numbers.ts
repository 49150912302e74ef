// Which number an id was: the audit tells the numbers that an organization has held, also those that it gave away.
import { type Kysely, sql } from "kysely";

export async function up<T>(db: Kysely<T>): Promise<void> {
  await sql`create index number_tenure_holder on number_tenure (org_id, phone_number_id, since desc)`.execute(
    db,
  );
}
