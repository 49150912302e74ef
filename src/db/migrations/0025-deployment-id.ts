// What tells this deployment from others for good, whatever its address: its events are known by it.
import { type Kysely, sql } from "kysely";

export async function up<T>(db: Kysely<T>): Promise<void> {
  await sql`create table deployment (is_only boolean primary key default true check (is_only), id uuid not null)`.execute(
    db,
  );
  await sql`insert into deployment (id) values (gen_random_uuid())`.execute(db);
}
