import {
  type Expression,
  expressionBuilder,
  type Selectable,
  type SqlBool,
  sql,
  type Transaction,
} from "kysely";
import type { Json } from "../base/json.ts";
import type { Db } from "../db/connect.ts";
import { jsonb } from "../db/jsonb.ts";
import type { AuditEntryTable } from "../db/tables/audit.ts";
import type { Tables } from "../db/tables.ts";
import type { AuditAction, AuditEntry, AuditOutcome } from "./audit-entry.ts";
import { type AuditNames, auditNames } from "./audit-names.ts";

type Tx = Transaction<Tables>;

export interface ChainHead {
  readonly seq: number;
  readonly hash: string;
}

/** The end of an organization's chain, locked until the transaction ends, so that entries cannot fork. */
export async function lockChainHead(tx: Tx, orgId: string, genesis: ChainHead): Promise<ChainHead> {
  return (
    tx
      .insertInto("audit_head")
      .values({ org_id: orgId, ...genesis })
      // The update changes nothing; it is what locks the row and returns it.
      .onConflict((conflict) => conflict.column("org_id").doUpdateSet({ org_id: orgId }))
      .returning(["seq", "hash"])
      .executeTakeFirstOrThrow()
  );
}

/** Adds entries, at least one, to an organization's chain and moves its end to the last, in one statement. */
export async function appendEntries(tx: Tx, orgId: string, entries: readonly AuditEntry[]): Promise<void> {
  const last = entries.at(-1);
  await tx
    .with("moved_head", (query) =>
      query
        .updateTable("audit_head")
        .set({ seq: last?.seq, hash: last?.hash })
        .where("org_id", "=", orgId)
        .returning("seq"),
    )
    .insertInto("audit_entry")
    .values(entries.map(rowOf))
    .execute();
}

function rowOf(entry: AuditEntry) {
  return {
    org_id: entry.orgId,
    seq: entry.seq,
    id: entry.id,
    at: new Date(entry.at),
    actor: jsonb(entry.actor),
    action: entry.action,
    target_type: entry.target.type,
    target_id: entry.target.id,
    before: jsonb(entry.before),
    after: jsonb(entry.after),
    outcome: entry.outcome,
    request_id: entry.requestId,
    prev_hash: entry.prevHash,
    hash: entry.hash,
  };
}

export async function readChainHead(db: Db, orgId: string): Promise<ChainHead | undefined> {
  return db.selectFrom("audit_head").select(["seq", "hash"]).where("org_id", "=", orgId).executeTakeFirst();
}

/** The first entry beyond the chain's end. One statement sees both, so an entry that is just being appended is none. */
export async function findEntryBeyondHead(
  db: Db,
  orgId: string,
): Promise<{ readonly seq: number; readonly id: string } | undefined> {
  return db
    .selectFrom("audit_entry")
    .select(["seq", "id"])
    .where("org_id", "=", orgId)
    .where("seq", ">", sql<number>`coalesce((select seq from audit_head where org_id = ${orgId}), 0)`)
    .orderBy("seq", "asc")
    .limit(1)
    .executeTakeFirst();
}

/** Which entries; all of them where nothing is said. */
export interface AuditFilter {
  readonly targetId?: string | undefined;
  readonly action?: AuditAction | undefined;
  readonly outcome?: AuditOutcome | undefined;
  /** Who did it: a user's id, or `key:…` or `system:…`. */
  readonly actorId?: string | undefined;
  /** Recorded then or later. */
  readonly from?: Date | undefined;
  /** Recorded before. */
  readonly to?: Date | undefined;
}

export interface NamedEntry extends AuditEntry {
  readonly names: AuditNames;
}

/** Entries newest first, those before `beforeSeq`. */
export async function listEntries(
  db: Db,
  orgId: string,
  { beforeSeq, limit, ...filter }: AuditFilter & { readonly beforeSeq: number; readonly limit: number },
): Promise<readonly NamedEntry[]> {
  const rows = await db
    .selectFrom("audit_entry")
    .selectAll()
    .select(auditNames.as("names"))
    .where("org_id", "=", orgId)
    .where("seq", "<", beforeSeq)
    .where(matches(filter))
    .orderBy("seq", "desc")
    .limit(limit)
    .execute();
  return rows.map((row) => ({ ...entryFromRow(row), names: row.names }));
}

function matches({ targetId, action, outcome, actorId, from, to }: AuditFilter): Expression<SqlBool> {
  const eb = expressionBuilder<Tables, "audit_entry">();
  return eb.and([
    ...(targetId === undefined ? [] : [eb("target_id", "=", targetId)]),
    ...(action === undefined ? [] : [eb("action", "=", action)]),
    ...(outcome === undefined ? [] : [eb("outcome", "=", outcome)]),
    ...(actorId === undefined ? [] : [eb(sql<string>`actor ->> 'userId'`, "=", actorId)]),
    ...(from === undefined ? [] : [eb("at", ">=", from)]),
    ...(to === undefined ? [] : [eb("at", "<", to)]),
  ]);
}

/** Entries oldest first, those after `afterSeq`. */
export async function listEntriesAfter(
  db: Db,
  orgId: string,
  page: { afterSeq: number; limit: number },
): Promise<readonly AuditEntry[]> {
  const rows = await db
    .selectFrom("audit_entry")
    .selectAll()
    .where("org_id", "=", orgId)
    .where("seq", ">", page.afterSeq)
    .orderBy("seq", "asc")
    .limit(page.limit)
    .execute();
  return rows.map(entryFromRow);
}

function entryFromRow(row: Selectable<AuditEntryTable>): AuditEntry {
  return {
    orgId: row.org_id,
    seq: row.seq,
    id: row.id,
    at: row.at.toISOString(),
    actor: row.actor as AuditEntry["actor"],
    action: row.action,
    target: { type: row.target_type, id: row.target_id },
    before: row.before as Json,
    after: row.after as Json,
    outcome: row.outcome as AuditEntry["outcome"],
    requestId: row.request_id,
    prevHash: row.prev_hash,
    hash: row.hash,
  };
}
