// Every node hears of a base URL that another one begins to give to Twilio.
import { type Kysely, sql } from "kysely";

export async function up<T>(db: Kysely<T>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements: readonly string[] = [
  `create function announce_public_url() returns trigger language plpgsql as $$
    begin
      perform pg_notify('switchhook_change', json_build_array('public_url', new.url)::text);
      return null;
    end
  $$`,
  `create trigger public_url_announced after insert on public_url for each row execute function announce_public_url()`,
];
