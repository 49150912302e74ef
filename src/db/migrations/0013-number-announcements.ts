// A change of a number is announced without making JSON of its whole row, which is wide, to get at its key.
import { type Kysely, sql } from "kysely";

export async function up<T>(db: Kysely<T>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements: readonly string[] = [
  `create or replace function announce_change() returns trigger language plpgsql as $$
    declare
      changed record;
    begin
      if tg_op = 'DELETE' then changed := old; else changed := new; end if;
      if tg_table_name = 'phone_number' then
        perform pg_notify('switchhook_change', json_build_array('phone_number', changed.uid)::text);
      elsif tg_table_name = 'agent' then
        perform pg_notify('switchhook_change', json_build_array('agent', changed.org_id, changed.id)::text);
      else
        perform pg_notify('switchhook_change', json_build_array('twilio_account', changed.sid)::text);
      end if;
      return null;
    end
  $$`,
];
