// Lists of numbers that stay fast at 100,000 rows, and the phases of an operation for whoever follows it.
import { type Kysely, sql } from "kysely";

export async function up<T>(db: Kysely<T>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

/** What lists are narrowed by and counts are made of; a number's row itself is wide. */
const INCLUDED = "include (search, health, agent_id, account_id, status)";

const statements: readonly string[] = [
  // What a search looks through. Cut, because an index takes no more than 2,704 bytes of a row.
  `alter table phone_number add column search text collate "C"
    generated always as (e164 || ' ' || lower(left(friendly_name, 200))) stored`,
  // A search for some digits reads all of an organization's numbers, but from the index alone: a trigram index would need
  // an extension, which a managed or embedded database may not have.
  `alter table phone_number drop constraint phone_number_org_id_id_key`,
  `alter table phone_number add constraint phone_number_org_id_id_key unique (org_id, id) ${INCLUDED}`,
  `alter table phone_number drop constraint phone_number_operator_org_id_id_key`,
  `alter table phone_number add constraint phone_number_operator_org_id_id_key
    unique (operator_org_id, id) ${INCLUDED}`,
  // How many numbers are in each health: the narrowest that can say.
  `create index phone_number_health on phone_number (org_id, health)`,

  // Each phase that an operation has come to, and when.
  `alter table operation add column phases jsonb not null default '[]'`,
];
