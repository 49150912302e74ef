// How many messages of somebody a number has answered in a row, at whichever node. A row for each conversation that has
// gone on for a while within the last day.
import { type Kysely, sql } from "kysely";

export async function up<T>(db: Kysely<T>): Promise<void> {
  await sql`create table reply_run (
    from_address text not null,
    to_address text not null,
    replies integer not null check (replies > 0),
    last_at timestamptz(3) not null,
    primary key (from_address, to_address)
  )`.execute(db);
}
