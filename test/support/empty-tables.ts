import { sql } from "kysely";
import type { Database } from "../../src/db/connect.ts";
import { DATABASE_SCHEMA } from "../../src/db/migrations.ts";

/** Takes every row out of our tables: quicker than another database, where each of a suite's tests begins with none. */
export async function emptyTables({ db }: Pick<Database, "db">): Promise<void> {
  await db.transaction().execute(async (tx) => {
    // The audit log lets nobody take anything out; its triggers don't fire for a replica.
    await sql`set local session_replication_role = replica`.execute(tx);
    const { rows } = await sql<{ name: string }>`select tablename as name from pg_tables
      where schemaname = ${DATABASE_SCHEMA} and tablename not in ('migration', 'migration_lock')`.execute(tx);
    const tables = rows.map(({ name }) => sql.id(DATABASE_SCHEMA, name));
    await sql`truncate ${sql.join(tables)} restart identity`.execute(tx);
  });
}
