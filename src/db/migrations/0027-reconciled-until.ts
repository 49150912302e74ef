// How far the records of each account were read for good, so that days on which nothing could be read are made up for.
import { type Kysely, sql } from "kysely";

export async function up<T>(db: Kysely<T>): Promise<void> {
  await sql`create table reconciliation_position (
    account_sid text primary key,
    read_until timestamptz(3) not null
  )`.execute(db);
}
