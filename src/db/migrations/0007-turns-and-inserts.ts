// Sinks take turns, and a number that comes with its agent is announced like one that is assigned later.
import { type Kysely, sql } from "kysely";

export async function up<T>(db: Kysely<T>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements: readonly string[] = [
  // When the sink last had its turn; null before its first.
  `alter table usage_sink add column served_at timestamptz(3)`,

  // Events are forgotten in the order of their ids; nothing else asks for their age.
  `drop index status_event_age`,

  `create trigger phone_number_new_announced after insert on phone_number for each row
    when (new.agent_id is not null) execute function announce_change()`,
];
