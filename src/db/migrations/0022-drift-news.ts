// That somebody has to be told anew, and that somebody was told, are two things: while what differs changes, the alert about
// what it was before stands.
import { type Kysely, sql } from "kysely";

export async function up<T>(db: Kysely<T>): Promise<void> {
  await sql`alter table drift add column is_news boolean not null default true`.execute(db);
  await sql`update drift set is_news = false where alerted_at is not null`.execute(db);
}
