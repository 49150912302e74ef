// Operations that share a Messaging Service keep out of each other's way; see docs/decisions/0013.
import { type Kysely, sql } from "kysely";

export async function up<T>(db: Kysely<T>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements: readonly string[] = [
  `alter table operation add column withheld jsonb`,
  `alter table operation add column holds jsonb`,

  // What is open now was begun without holds, and is yet to be recovered. Until then nobody else has its services.
  `update operation set holds = (
    select jsonb_agg(distinct jsonb_build_object('sid', part ->> 'sid', 'access', 'change'))
    from jsonb_array_elements(coalesce(desired, '[]') || coalesce(changes, '[]')) as part
    where part ->> 'resource' = 'service'
  ) where state = 'open'`,
];
