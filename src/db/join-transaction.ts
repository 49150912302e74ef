import type { Transaction } from "kysely";
import type { Db } from "./connect.ts";
import type { Tables } from "./tables.ts";

/** Works within the transaction that `db` is, or within one of its own. */
export function joinTransaction<T>(db: Db, work: (tx: Transaction<Tables>) => Promise<T>): Promise<T> {
  // Kysely's own word for it: where isTransaction is true, this is one.
  if (db.isTransaction) return work(db as Transaction<Tables>);
  return db.transaction().execute(work);
}
