// Who answers each channel of a number, as it was last seen; nobody has to sweep to know it of one number, so a row may be
// there before the first sweep.
import { type Kysely, sql } from "kysely";

export async function up<T>(db: Kysely<T>): Promise<void> {
  const statement = `alter table swept_number alter column sweep_id drop not null,
    add column voice text, add column sms text, add column whatsapp text,
    add column verdicts_seen_at timestamptz(3)`;
  await sql.raw(statement).execute(db);
  // Few are; the overview counts them.
  const shadowed =
    "create index swept_number_shadowed on swept_number (phone_number_uid) where 'shadowed' in (voice, sms, whatsapp)";
  await sql.raw(shadowed).execute(db);
}
