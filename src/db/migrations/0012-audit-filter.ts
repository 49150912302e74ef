// The audit log by who did what, when and with what outcome.
import { type Kysely, sql } from "kysely";

export async function up<T>(db: Kysely<T>): Promise<void> {
  // One for every filter, and in the order of the list: what does not match is passed over without reading the entry, which
  // is wide. An index for each filter would cost more with every entry that is written.
  await sql
    .raw(
      "create index audit_entry_filter on audit_entry (org_id, seq, at, action, outcome, (actor ->> 'userId'))",
    )
    .execute(db);
}
