// How much an operation writes was kept under the name of one of its uses.
import { type Kysely, sql } from "kysely";

export async function up<T>(db: Kysely<T>): Promise<void> {
  const rename = `update operation set intent = (intent - 'heals') || jsonb_build_object('scope', intent -> 'heals')
    where intent ? 'heals'`;
  await sql.raw(rename).execute(db);
}
